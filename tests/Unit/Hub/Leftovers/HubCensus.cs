using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Sametime.Contracts.Link;
using Sametime.Hub;
using Xunit;

namespace Sametime.Tests.Unit.Hub.Leftovers;

/// <summary>
/// Everything that a hub holds on to, counted: how many objects of each of its classes can be reached from it, how much is in each of its
/// collections, and what each of its numbers, flags and timers say, by the names of their fields. It is found by reflection, so that a new
/// table or counter is counted by being there. What goes up must come down: two censuses of the same quiet hub are equal, whatever
/// happened between them.
/// </summary>
internal static partial class HubCensus
{
    /// <summary>What counts up for good, or remembers on purpose what was. Everything else must be as it was before.</summary>
    private static readonly HashSet<string> NeverReturns =
    [
        // Numbers that are not given twice, and when something was last done.
        "LoginIds._last", "Requests._last", "Inquiries._last", "CaptureStream.Last", "ChannelTable._lastMade", "OwnPart.Sequence", "HubPart.Sequence",
        "ClientMessages._activity", "Login.Activity", "Login.OdditiesSince", "CaptureRequests._lastStoredAt", "TokenBucket._usedUntil",

        // Counted anew at the next one after a minute.
        "Login.Oddities",

        // Whose turn it is, at most one entry a name or service.
        "Rota._next", "Entrances._turns",

        // What was lost, and which hubs were ever here: at most one entry a service or hub number.
        "ProvidedServices._losses", "Clique._incarnations",

        // A hub that was drained stays so until it is started again.
        "HubCore.IsDraining", "RollingDrain._begun", "RollingDrain._users", "RollingDrain._logins",
    ];

    private static readonly ConcurrentDictionary<Type, (string Name, FieldInfo Field)[]> FieldsOf = [];

    /// <summary>Counts.</summary>
    public static SortedDictionary<string, long> Of(HubCore hub)
    {
        var walk = new Walk();
        walk.Meet(hub);
        walk.Run();
        return walk.Found;
    }

    /// <summary>Both counted the same, but for what never returns.</summary>
    public static void AssertSame(SortedDictionary<string, long> before, SortedDictionary<string, long> after, string scene)
    {
        var different = Moved(before, after).Where(static name => !NeverReturns.Contains(name))
            .Select(name => $"{name}: {before.GetValueOrDefault(name)} before, {after.GetValueOrDefault(name)} now").ToArray();
        Assert.True(different.Length == 0, $"{scene}: what the hub holds is not what it was.\n{string.Join('\n', different)}");
    }

    /// <summary>What is another number in the second.</summary>
    public static IEnumerable<string> Moved(SortedDictionary<string, long> before, SortedDictionary<string, long> after) =>
        before.Keys.Union(after.Keys).Where(name => before.GetValueOrDefault(name) != after.GetValueOrDefault(name));

    /// <summary>The names of what must return.</summary>
    public static IEnumerable<string> Returning(SortedDictionary<string, long> census) => census.Keys.Where(name => !NeverReturns.Contains(name));

    // Of an automatic property the property, of a captured parameter of a constructor the parameter.
    [GeneratedRegex("^<(.+)>.*$")]
    private static partial Regex Given();

    private static (string Name, FieldInfo Field)[] Fields(Type type) => FieldsOf.GetOrAdd(type, static type =>
    {
        var fields = new List<(string, FieldInfo)>();
        for (var at = type; at is not null && IsOfTheHub(at); at = at.BaseType)
        {
            foreach (var field in at.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                fields.Add(($"{at.Name}.{Given().Replace(field.Name, "$1")}", field));
        }
        return [.. fields];
    });

    private static bool IsOfTheHub(Type type) =>
        type == typeof(HopTrace) || type.Namespace == "Sametime.Hub" || type.Namespace?.StartsWith("Sametime.Hub.", StringComparison.Ordinal) == true;

    // Settings do not change; counters count up only, which is what they say.
    private static bool IsPassedOver(Type type) => type == typeof(HubOptions) || type == typeof(HubLimits) || type == typeof(HubCounters);

    private sealed class Walk
    {
        private readonly HashSet<object> _met = new(ReferenceEqualityComparer.Instance);
        private readonly Stack<object> _todo = [];

        public SortedDictionary<string, long> Found { get; } = new(StringComparer.Ordinal);

        public void Meet(object? it)
        {
            if (it is Delegate action)
            {
                foreach (var one in action.GetInvocationList())
                    Meet(one.Target);
            }
            else if (it is not null && !it.GetType().IsValueType && IsOfTheHub(it.GetType()) && !IsPassedOver(it.GetType()) && _met.Add(it))
            {
                _todo.Push(it);
            }
        }

        public void Run()
        {
            while (_todo.TryPop(out var it))
            {
                if (it.GetType().Name[0] != '<')
                    Count($"objects: {it.GetType().Name}", 1);
                Look(it);
            }
        }

        private void Look(object it)
        {
            foreach (var (name, field) in Fields(it.GetType()))
                Look(name, field, field.GetValue(it));
        }

        private void Look(string name, FieldInfo field, object? value)
        {
            switch (value)
            {
                case null or string or Enum:
                    break;
                case bool isSo:
                    Count(name, isSo ? 1 : 0);
                    break;
                case byte or ushort or short or int or uint or long:
                    Count(name, Convert.ToInt64(value, null));
                    break;
                case ulong number:
                    Count(name, unchecked((long)number));
                    break;
                case IEnumerable many when IsCollection(value.GetType()):
                    var count = 0;
                    foreach (var one in many)
                    {
                        count++;
                        LookInside(one);
                    }
                    if (value is not Array)
                        Count(name, count);
                    break;
                case var _ when field.FieldType == typeof(IDisposable):
                    Count(name, 1);
                    break;
                case var _ when value.GetType().IsValueType && IsOfTheHub(value.GetType()):
                    Look(value);
                    break;
                default:
                    LookInside(value);
                    break;
            }
        }

        // An element of a collection, or a value that is no number: what it leads to counts, not what it says.
        private void LookInside(object? value)
        {
            if (value is null || value.GetType().IsPrimitive)
                return;
            if (value is ITuple several)
            {
                for (var i = 0; i < several.Length; i++)
                    LookInside(several[i]);
            }
            else if (value.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(KeyValuePair<,>))
            {
                LookInside(type.GetProperty("Key")!.GetValue(value));
                LookInside(type.GetProperty("Value")!.GetValue(value));
            }
            else if (value.GetType().IsValueType && IsOfTheHub(value.GetType()))
            {
                foreach (var (_, field) in Fields(value.GetType()))
                    LookInside(field.GetValue(value));
            }
            else
            {
                Meet(value);
            }
        }

        private static bool IsCollection(Type type) =>
            (type.IsArray && !type.GetElementType()!.IsPrimitive)
            || type.Namespace?.StartsWith("System.Collections", StringComparison.Ordinal) == true;

        private void Count(string name, long more) => Found[name] = Found.GetValueOrDefault(name) + more;
    }
}
