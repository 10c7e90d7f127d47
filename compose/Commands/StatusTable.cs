using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Sametime.Compose.Commands;

/// <summary>Answers to <c>sametime status</c> as tables for people: one a process, one row a value, and what changed a second if there is an earlier answer.</summary>
internal static class StatusTable
{
    public static IRenderable Of(JsonObject answers, JsonObject? earlier = null, TimeSpan between = default)
    {
        var tables = new List<IRenderable>();
        foreach (var (role, answer) in answers)
        {
            var table = new Table().Title(role).HideHeaders().AddColumns("what", "value");
            if (earlier is not null)
            {
                table.AddColumn("a second");
            }

            foreach (var (part, value) in answer!.AsObject())
            {
                AddRows(table, part, value, earlier?[role]?[part], earlier is null ? null : between);
            }

            tables.Add(table);
        }

        return new Rows(tables);
    }

    // Listings are for --json; here an array of objects shows as its length.
    private static void AddRows(Table table, string name, JsonNode? value, JsonNode? before, TimeSpan? between)
    {
        switch (value)
        {
            case JsonObject fields:
                foreach (var (field, inner) in fields)
                {
                    AddRows(table, $"{name}.{field}", inner, (before as JsonObject)?[field], between);
                }

                break;
            case JsonArray list when list.Any(element => element is JsonObject):
                AddRow(table, name, $"{list.Count} listed", between is null ? null : "");
                break;
            case JsonArray list:
                AddRow(table, name, string.Join(", ", list.Select(element => element?.ToString())), between is null ? null : "");
                break;
            default:
                AddRow(table, name, value?.ToString() ?? "-", between is { } time ? Change(value, before, time) : null);
                break;
        }
    }

    private static void AddRow(Table table, string name, string value, string? change)
    {
        if (change is null)
        {
            table.AddRow(Markup.Escape(name), Markup.Escape(value));
        }
        else
        {
            table.AddRow(Markup.Escape(name), Markup.Escape(value), Markup.Escape(change));
        }
    }

    private static string Change(JsonNode? value, JsonNode? before, TimeSpan between) =>
        value is JsonValue number && number.TryGetValue<long>(out var now) && before is JsonValue other && other.TryGetValue<long>(out var then) && now != then
            ? ((now - then) / between.TotalSeconds).ToString("+0.#;-0.#", CultureInfo.InvariantCulture)
            : "";
}
