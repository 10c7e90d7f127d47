using System.Collections.Frozen;
using System.Reflection;
using Sametime.Contracts.Events;

namespace Sametime.Services.Replay;

/// <summary>The lasting name of a fact without writing the fact.</summary>
internal static class EventNames
{
    private static readonly FrozenDictionary<Type, string> ByType = typeof(IEvent).Assembly.GetTypes()
        .Select(type => (Type: type, Named: type.GetCustomAttribute<EventNameAttribute>()))
        .Where(found => found.Named is not null)
        .ToFrozenDictionary(found => found.Type, found => found.Named!.Name);

    public static string Of(IEvent fact) => fact is UnknownEvent unknown ? unknown.Name : ByType[fact.GetType()];
}
