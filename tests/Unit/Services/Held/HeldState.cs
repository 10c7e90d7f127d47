using System.Collections;
using System.Reflection;

namespace Sametime.Tests.Unit.Services.Held;

/// <summary>
/// What services and their application hold at a moment, found by walking their fields: how many each collection has, each number and flag, the
/// free places of each semaphore, which timers and channels are set. A new field is part of it by being there.
/// </summary>
internal static class HeldState
{
    private static readonly string[] NotHeld =
    [
        // Grows and holds nothing: the number given out last, what is counted, when something was, buffers that are written over.
        "_lastOwnId", "_lastNumber", "_lastRevocation", "_errors", "<Ignored>k__BackingField", "_flushedAt", "_composer", "_scratch",
            "_recipients", "_lastKeys",

        // Is let go by time and not by anybody's leaving; its bounds are limits of their own.
        "_recent", "_verifiers", "_windows", "_oldestFirst", "_revoked",
    ];

    private static readonly string[] Walked = ["Sametime.Services", "Sametime.Contracts.ServerApplications"];

    public static SortedDictionary<string, string> Of(params object[] roots)
    {
        var walk = new Walk();
        foreach (var root in roots)
            walk.Enter(root.GetType().Name, root);
        walk.Run();
        return walk.Found;
    }

    /// <summary>What is different, in words.</summary>
    public static IEnumerable<string> Differences(SortedDictionary<string, string> before, SortedDictionary<string, string> after) =>
        before.Keys.Union(after.Keys)
            .Where(field => before.GetValueOrDefault(field) != after.GetValueOrDefault(field))
            .Select(field => $"{field}: {before.GetValueOrDefault(field) ?? "nothing"} before, {after.GetValueOrDefault(field) ?? "nothing"} after");

    private sealed class Walk
    {
        private readonly HashSet<object> _seen = new(ReferenceEqualityComparer.Instance);
        private readonly Queue<(string Path, object Held)> _next = [];

        public SortedDictionary<string, string> Found { get; } = new(StringComparer.Ordinal);

        public void Enter(string path, object held)
        {
            if (_seen.Add(held))
                _next.Enqueue((path, held));
        }

        // Each by the shortest way to it, which is the same whatever else is held.
        public void Run()
        {
            while (_next.TryDequeue(out var next))
                LookInto(next.Path, next.Held);
        }

        private void LookInto(string path, object held)
        {
            for (var type = held.GetType(); type is not null && IsWalked(type); type = type.BaseType)
            {
                foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                {
                    if (!NotHeld.Contains(field.Name))
                        Look($"{path}.{field.Name}", field.FieldType, field.GetValue(held));
                }
            }
        }

        private void Look(string path, Type type, object? value)
        {
            switch (value)
            {
                case bool or byte or ushort or short or int or uint or long or ulong or Enum:
                    Found[path] = value.ToString()!;
                    break;
                case SemaphoreSlim places:
                    Found[path] = $"{places.CurrentCount} free";
                    break;
                case Delegate handler:
                    foreach (var one in handler.GetInvocationList())
                    {
                        if (one.Target is { } target && IsWalked(target.GetType()))
                            Enter(path, target);
                    }
                    break;
                case string or Type:
                    break;
                case IDictionary dictionary:
                    Found[path] = $"{dictionary.Count} held";
                    Each(path, dictionary.Values);
                    break;
                case IEnumerable many when CountOf(many) is { } count:
                    Found[path] = $"{count} held";
                    Each(path, many);
                    break;
                case null when !type.IsValueType:
                    Found[path] = "none";
                    break;
                case { } other when !type.IsValueType:
                    Found[path] = "set";
                    if (IsWalked(other.GetType()))
                        Enter(path, other);
                    break;
            }
        }

        private void Each(string path, IEnumerable many)
        {
            var i = 0;
            foreach (var one in many)
            {
                if (one is not null && IsWalked(one.GetType()))
                    Enter($"{path}[{i}]", one);
                i++;
            }
        }

        private static int? CountOf(IEnumerable many) =>
            many is ICollection known ? known.Count : many.GetType().GetProperty("Count")?.GetValue(many) as int?;

        private static bool IsWalked(Type type) => Walked.Any(name => type.Namespace?.StartsWith(name, StringComparison.Ordinal) == true);
    }
}
