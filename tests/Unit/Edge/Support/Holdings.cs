using System.Collections;
using System.Globalization;
using System.Reflection;
using Sametime.Contracts.Crypto;
using Sametime.Contracts.Link;
using Sametime.Edge;
using Sametime.Edge.Clients;
using Sametime.Edge.FanOut;
using Sametime.Edge.Limits;
using Sametime.Edge.Links;
using Sametime.Edge.Listeners;

namespace Sametime.Tests.Unit.Edge.Support;

/// <summary>
/// All that an Edge holds, found in its objects: every number, every yes or no, and how much is in every collection. What a client
/// holds must be given back however it ends, so two looks, before it came and after it went, find the same. A new member of any class of
/// the Edge is looked at without being named; one that may well differ afterwards must be named below, with the reason.
/// </summary>
internal sealed class Holdings
{
    private const BindingFlags Everything = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<(Type Type, string Member), string> PassedOver = new()
    {
        [(typeof(EdgeServer), "_certificateCheckAt")] = "a time",
        [(typeof(Uplink), "DownSince")] = "a time",
        [(typeof(Uplink), "_hasGreeted")] = "what was said once on a link",
        [(typeof(Uplinks), "_turn")] = "whose turn it is",
        [(typeof(ParticipantTable), "_slots")] = "as long as it ever was; who is in it is in Count and Leaving",
        [(typeof(ParticipantTable), "_free")] = "the rest of _slots",
        [(typeof(ClientRegistry), "_errors")] = "numbers the errors in the log",
        [(typeof(FanOutRound), "_length")] = "of the message before",
        [(typeof(ProxyComplaints), "_refused")] = "what was not said in the log yet",
        [(typeof(ProxyComplaints), "_strange")] = "the same",
    };

    // Settings do not change, and what has happened once stays counted.
    private static readonly Type[] TypesPassedOver =
        [typeof(EdgeOptions), typeof(LimitsOptions), typeof(EdgeCounters), typeof(EdgeClock), typeof(EdgeLog), typeof(CertificateSource)];

    private readonly HashSet<object> _seen = new(ReferenceEqualityComparer.Instance);
    private readonly List<UndecidedLogin> _logins = [];

    private Holdings()
    {
    }

    public SortedDictionary<string, string> Values { get; } = new(StringComparer.Ordinal);

    public static Holdings Of(EdgeServer edge)
    {
        var holdings = new Holdings();
        holdings.Walk(edge, nameof(EdgeServer));
        return holdings;
    }

    /// <summary>Members that are named here and are there no more.</summary>
    public static IEnumerable<string> Gone() => PassedOver.Keys
        .Where(static key => !key.Type.GetFields(Everything).Any(field => NameOf(field) == key.Member))
        .Select(static key => $"{key.Type.Name}.{key.Member}");

    /// <summary>What differs from an earlier look.</summary>
    public IEnumerable<string> Since(Holdings before) => Values.Keys.Union(before.Values.Keys)
        .Select(key => (Key: key, Was: before.Values.GetValueOrDefault(key, "nothing"), Is: Values.GetValueOrDefault(key, "nothing")))
        .Where(static one => one.Was != one.Is)
        .Select(static one => $"{one.Key}: {one.Was} before, {one.Is} after");

    /// <summary>Bytes of secrets that were held at this look and are not overwritten by now.</summary>
    public int SecretBytesLeft() => _logins.Sum(static login => SecretOf(login).ToArray().Count(static one => one != 0));

    private static ReadOnlyMemory<byte> SecretOf(UndecidedLogin login) =>
        typeof(UndecidedLogin).GetFields(Everything).Select(field => field.GetValue(login)).OfType<Credential>().Single().Secret;

    private static bool IsOurs(Type type) => type == typeof(HopTrace)
        || (type.Namespace?.StartsWith("Sametime.Edge", StringComparison.Ordinal) == true && !TypesPassedOver.Contains(type));

    // What the compiler makes of a property or of a parameter of a class is named <Name>.
    private static string NameOf(FieldInfo field) =>
        field.Name.StartsWith('<') ? field.Name[1..field.Name.IndexOf('>', StringComparison.Ordinal)] : field.Name;

    private void Walk(object one, string path)
    {
        if (!one.GetType().IsValueType && !_seen.Add(one))
            return;
        if (one is UndecidedLogin login)
            _logins.Add(login);
        foreach (var field in one.GetType().GetFields(Everything))
        {
            if (!PassedOver.ContainsKey((one.GetType(), NameOf(field))))
                Note(field.GetValue(one), $"{path}.{NameOf(field)}");
        }
    }

    private void Note(object? value, string path)
    {
        switch (value)
        {
            case null or string or Delegate:
                break;
            case Enum or IConvertible:
                Values[path] = Convert.ToString(value, CultureInfo.InvariantCulture)!;
                break;
            case IDictionary dictionary:
                NoteAll(dictionary.Values, path);
                break;
            case IEnumerable all when value.GetType().GetElementType() is not { IsPrimitive: true }: // an array of numbers is a buffer
                NoteAll(all, path);
                break;
            default:
                if (IsOurs(value.GetType()))
                    Walk(value, path);
                break;
        }
    }

    private void NoteAll(IEnumerable all, string path)
    {
        var count = 0;
        foreach (var one in all)
        {
            if (one is not null && IsOurs(one.GetType()))
                Walk(one, $"{path}[{count}]");
            count++;
        }
        Values[$"{path}.Count"] = count.ToString(CultureInfo.InvariantCulture);
    }
}
