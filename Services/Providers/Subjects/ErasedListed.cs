using System.Text.Json;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;

namespace Sametime.Services.Providers.Subjects;

/// <summary>Puts placeholders in the place of erased persons in a current privacy list, as they stand in the event it was folded from.</summary>
internal static class ErasedListed
{
    private static readonly WrittenEvent Written = EventCatalogue.Current.Write(new PrivacyListSaved(default, false, []));

    /// <summary>The fields of the list without the persons; null when none of them is in it.</summary>
    /// <exception cref="StoreCorruptException">It is no privacy list.</exception>
    public static string? Replace(string fields, IReadOnlyDictionary<UserId, UserId> placeholders)
    {
        try
        {
            var saved = (PrivacyListSaved)EventCatalogue.Current.Read(Written with { Json = fields });
            var listed = saved.Listed.Select(entry => placeholders.TryGetValue(entry.User, out var placeholder)
                ? entry with { User = placeholder, Name = string.IsNullOrEmpty(entry.Name) ? entry.Name : "[erased]" }
                : entry).ToItems();
            return listed == saved.Listed ? null : EventCatalogue.Current.Write(saved with { Listed = listed }).Json;
        }
        catch (JsonException damaged)
        {
            throw new StoreCorruptException($"A stored privacy list cannot be read: {damaged.Message}", damaged);
        }
    }
}
