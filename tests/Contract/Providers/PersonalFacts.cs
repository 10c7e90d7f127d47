using System.Reflection;
using System.Text.Json;
using Sametime.Contracts.Events;
using Sametime.Contracts.Wire;

namespace Sametime.Tests.Contract.Providers;

/// <summary>A fact of each kind in the catalogue that says something of a person, so that what holds for one holds for a new one too.</summary>
internal static class PersonalFacts
{
    /// <summary>The kinds, by name, with what they are made of.</summary>
    public static IEnumerable<(string Name, Type Type)> All =>
        EventCatalogue.Current.Entries.Select(entry => (entry.Name, entry.Fields.Type)).Where(entry => OwnersOf(entry.Type).Count > 0);

    /// <summary>A fact of one kind whose persons are all this one.</summary>
    public static IEvent Naming(string name, UserId person) => (IEvent)Record(All.Single(entry => entry.Name == name).Type, person);

    // The fields that name the persons whose the others are.
    private static HashSet<string> OwnersOf(Type type) => [.. EventMarks.Of(type).Select(mark => mark.Of).OfType<string>()];

    private static object Record(Type type, UserId person)
    {
        var owners = OwnersOf(type);
        var constructor = type.GetConstructors().MaxBy(made => made.GetParameters().Length)!;
        return constructor.Invoke([.. constructor.GetParameters().Select(field => Value(field, owners, person))]);
    }

    private static object? Value(ParameterInfo field, HashSet<string> owners, UserId person) => field.ParameterType switch
    {
        var type when type == typeof(UserId) => person,
        var type when type == typeof(Items<UserId>) => (Items<UserId>)[person],
        var type when type == typeof(string) => owners.Contains(JsonNamingPolicy.CamelCase.ConvertName(field.Name!)) ? person.Value : "a word",
        var type => Activator.CreateInstance(type),
    };
}
