using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;

namespace Sametime.Tests.Bench.Golden;

/// <summary>An embedded store as SQL that makes it again: what a person can read and a change can be seen in.</summary>
internal static class StoreText
{
    public static string Of(string file)
    {
        using var connection = new SqliteConnection($"Data Source={file};Mode=ReadOnly;Pooling=False");
        connection.Open();
        var text = new StringBuilder();
        foreach (var mark in new[] { "application_id", "user_version" })
            text.Append(CultureInfo.InvariantCulture, $"PRAGMA {mark} = {Rows(connection, $"PRAGMA {mark}").Single()[0]};\n");
        foreach (var made in Rows(connection, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid"))
            text.Append(made[0]).Append(";\n");
        foreach (var table in Rows(connection, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid"))
        {
            foreach (var row in Rows(connection, $"SELECT * FROM {table[0]}"))
                text.Append(CultureInfo.InvariantCulture, $"INSERT INTO {table[0]} VALUES ({string.Join(", ", row.Select(Literal))});\n");
        }

        return text.ToString();
    }

    private static string Literal(object value) => value switch
    {
        DBNull => "NULL",
        byte[] bytes => $"x'{Convert.ToHexStringLower(bytes)}'",
        string words => $"'{words.Replace("'", "''", StringComparison.Ordinal)}'",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static List<object[]> Rows(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // names from the schema of a store that this program has just made
        command.CommandText = sql;
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        var rows = new List<object[]>();
        while (reader.Read())
        {
            var row = new object[reader.FieldCount];
            reader.GetValues(row);
            rows.Add(row);
        }

        return rows;
    }
}
