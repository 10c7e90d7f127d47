using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace Sametime.Compose.Settings;

/// <summary>One section of the settings and the options class it is read into. Public properties with a setter are its keys.</summary>
/// <param name="Name">As it stands before the keys.</param>
/// <param name="Options">The class.</param>
/// <param name="Decided">A property that the program decides itself and nobody can set.</param>
internal sealed record SettingSection(string Name, Type Options, string? Decided = null)
{
    /// <summary>Stands in a key for the number of an element, where elements have keys of their own: <c>Ldap:Servers:N:Uri</c>.</summary>
    public const string AnyNumber = "N";

    /// <summary>All keys below this section, nested classes included, as <c>Section:Key</c>.</summary>
    public IEnumerable<SettingKey> Keys() =>
        KeysOf(Name, Options, Activator.CreateInstance(Options)!).Where(key => key.Name != $"{Name}:{Decided}");

    private static IEnumerable<SettingKey> KeysOf(string prefix, Type type, object defaults)
    {
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.SetMethod is not null))
        {
            var name = $"{prefix}:{property.Name}";
            var value = property.GetValue(defaults);
            if (ElementOf(property.PropertyType) is { IsClass: true } element && IsNested(element))
            {
                foreach (var inner in KeysOf($"{name}:{AnyNumber}", element, Activator.CreateInstance(element)!))
                {
                    yield return inner;
                }
            }
            else if (value is not null && IsNested(property.PropertyType))
            {
                foreach (var inner in KeysOf(name, property.PropertyType, value))
                {
                    yield return inner;
                }
            }
            else
            {
                yield return new SettingKey(name, property.PropertyType, value);
            }
        }
    }

    private static Type? ElementOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : null;

    private static bool IsNested(Type type) =>
        type.Namespace?.StartsWith("Sametime", StringComparison.Ordinal) == true && !type.IsEnum
        && System.ComponentModel.TypeDescriptor.GetConverter(type).CanConvertFrom(typeof(string)) == false;
}

/// <summary>One setting.</summary>
/// <param name="Name">As it stands on a command line, <c>Section:Key</c>.</param>
/// <param name="Type">What its text is read as.</param>
/// <param name="Default">What holds when it is not set.</param>
internal sealed record SettingKey(string Name, Type Type, object? Default);
