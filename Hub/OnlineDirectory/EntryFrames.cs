using System.Text;
using Sametime.Contracts.Link.Hubs;
using Sametime.Contracts.Wire;

namespace Sametime.Hub.OnlineDirectory;

/// <summary>Cuts a list of entries into what one frame carries, so that messages of users find their way between the frames.</summary>
internal static class EntryFrames
{
    /// <summary>Far below what a link carries in one frame.</summary>
    public const int BytesMax = 64 * 1024;

    // All fields of a login but the text.
    private const int FixedBytes = 16;

    public static IEnumerable<Items<DirectoryChange>> Cut(IEnumerable<DirectoryChange> entries)
    {
        var some = new List<DirectoryChange>();
        var bytes = 0;
        foreach (var entry in entries)
        {
            var length = FixedBytes + Encoding.UTF8.GetByteCount(entry.Login.User.Value ?? "") + Encoding.UTF8.GetByteCount(entry.Place);
            if (bytes + length > BytesMax)
            {
                yield return [.. some];
                some.Clear();
                bytes = 0;
            }
            some.Add(entry);
            bytes += length;
        }
        if (some.Count > 0)
            yield return [.. some];
    }
}
