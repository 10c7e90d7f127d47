using System.Reflection;
using System.Text.Json;

namespace Sametime.Contracts.Events;

/// <summary>A field of an event that says something of a person, or lets somebody in, as its mark tells.</summary>
/// <param name="Name">The field as it is written in JSON.</param>
/// <param name="Type">What it holds.</param>
/// <param name="Of">The field, as it is written in JSON, that names the person; null when no field does. Of user ids it is the field itself.</param>
/// <param name="Elements">The marked fields of each element, when it is a list of records; otherwise empty.</param>
public sealed record MarkedField(string Name, Type Type, string? Of, IReadOnlyList<MarkedField> Elements);

/// <summary>Reads the marks of event types, once each: nothing of this is asked while events are written and read.</summary>
internal static class EventMarks
{
    public static IReadOnlyList<MarkedField> Of(Type record)
    {
        var fields = record.GetConstructors().MaxBy(constructor => constructor.GetParameters().Length)?.GetParameters() ?? [];
        var person = fields.FirstOrDefault(field => field.ParameterType == typeof(Wire.UserId) && field.IsDefined(typeof(PersonalAttribute)))?.Name;
        return
        [
            .. from field in fields
               let personal = field.GetCustomAttribute<PersonalAttribute>()
               let elements = ElementsOf(field.ParameterType)
               where personal is not null || field.IsDefined(typeof(SecretAttribute)) || elements.Count > 0
               let owner = IsUser(field.ParameterType) ? field.Name : personal?.Of ?? person
               select new MarkedField(Json(field.Name!), field.ParameterType, owner is null ? null : Json(owner), elements),
        ];
    }

    private static IReadOnlyList<MarkedField> ElementsOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Wire.Items<>) && type.GetGenericArguments()[0] is { } element
        && element != typeof(string) && !IsUser(element)
            ? Of(element)
            : [];

    private static bool IsUser(Type type) => type == typeof(Wire.UserId) || type == typeof(Wire.Items<Wire.UserId>);

    private static string Json(string field) => JsonNamingPolicy.CamelCase.ConvertName(field);
}
