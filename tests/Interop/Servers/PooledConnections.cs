using System.Globalization;
using Npgsql;
using Sametime.Tests.Kit.Servers;

namespace Sametime.Tests.Interop.Servers;

/// <summary>
/// Connections to the database that the tests use, and to the embedded store. A pool opens and closes them as it likes within its bound, so
/// that they are no part of what a process may not hold on to, as long as it keeps to the bound.
/// </summary>
internal static class PooledConnections
{
    /// <summary>Connections that the embedded store keeps to its file: the one that writes, and those that read.</summary>
    public const int StoreConnectionsMax = 1 + 4;

    private const int RemoteField = 2;
    private const int InodeField = 9;

    /// <summary>The sockets of this machine that lead to the database, as <c>/proc/PID/fd</c> names them.</summary>
    public static HashSet<string> Sockets()
    {
        var port = new NpgsqlConnectionStringBuilder(TestServices.Postgres).Port.ToString("X4", CultureInfo.InvariantCulture);
        return
        [
            .. from table in new[] { "/proc/net/tcp", "/proc/net/tcp6" }
               from line in File.ReadLines(table).Skip(1)
               let fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
               where fields[RemoteField].EndsWith($":{port}", StringComparison.Ordinal)
               select $"socket:[{fields[InodeField]}]",
        ];
    }

    /// <summary>Whether a file is one of those that SQLite opens for each connection: the database and its log.</summary>
    public static bool IsStoreFile(string target) => target.EndsWith(".db", StringComparison.Ordinal) || target.EndsWith(".db-wal", StringComparison.Ordinal);
}
