using System.Buffers;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Sametime.Services.Providers.Subjects;

/// <summary>
/// What stands in stored JSON in place of something personal, as a JSON string:
/// <code>
/// ~u.ID          the user id of the subject ID, as the subject spells it
/// ~1.ID.SEALED   any JSON, sealed with the key of the subject ID (Sealed), in base64url
/// </code>
/// </summary>
internal readonly ref struct SealedToken
{
    private const string UserPrefix = "~u.";
    private const string ValuePrefix = "~1.";
    private const int PrefixLength = 3;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");
    private static readonly SearchValues<byte> DigitBytes = SearchValues.Create("0123456789abcdef"u8);

    private SealedToken(SubjectId id, ReadOnlySpan<byte> body)
    {
        Id = id;
        Body = body;
    }

    public SubjectId Id { get; }

    /// <summary>What is sealed, in base64url; empty of a user id.</summary>
    public ReadOnlySpan<byte> Body { get; }

    public static string User(SubjectId id) => UserPrefix + id.Value;

    public static string Value(SubjectId id, byte[] bytes) => $"{ValuePrefix}{id.Value}.{Base64Url.EncodeToString(bytes)}";

    /// <summary>Reads a token, which no text in the clear is taken for where only tokens are written.</summary>
    public static bool TryRead(JsonElement element, out SealedToken token)
    {
        token = default;
        if (element.ValueKind != JsonValueKind.String)
            return false;
        var text = JsonMarshal.GetRawUtf8Value(element)[1..^1]; // a token has nothing that JSON escapes
        var isUser = text.StartsWith("~u."u8);
        if (text.Length < PrefixLength + SubjectId.Digits || (!isUser && !text.StartsWith("~1."u8)))
            return false;
        var id = text.Slice(PrefixLength, SubjectId.Digits);
        var rest = text[(PrefixLength + SubjectId.Digits)..];
        if (id.ContainsAnyExcept(DigitBytes) || (isUser ? rest.Length > 0 : rest.Length < 2 || rest[0] != '.'))
            return false;
        token = new SealedToken(new SubjectId(Encoding.ASCII.GetString(id)), isUser ? default : rest[1..]);
        return true;
    }

    /// <summary>The ids of all that may be tokens in a stored JSON.</summary>
    public static void CollectIds(string json, ISet<SubjectId> ids)
    {
        var rest = json.AsSpan();
        while (NextMark(rest) is var mark and >= 0)
        {
            rest = rest[(mark + 1)..]; // behind the quotation mark
            if (rest.Length < PrefixLength + SubjectId.Digits)
                return;
            var id = rest.Slice(PrefixLength, SubjectId.Digits);
            if (!id.ContainsAnyExcept(Digits))
                ids.Add(new SubjectId(id.ToString()));
        }
    }

    /// <summary>The person in a token that was read as a text; null when it is none.</summary>
    public static SubjectId? IdIn(string text) =>
        IsLike(text) && text.Length >= PrefixLength + SubjectId.Digits ? new SubjectId(text.Substring(PrefixLength, SubjectId.Digits)) : null;

    /// <summary>Whether a text begins as a token does.</summary>
    public static bool IsLike(string text) => text.StartsWith(UserPrefix, StringComparison.Ordinal) || text.StartsWith(ValuePrefix, StringComparison.Ordinal);

    /// <summary>Whether there may be a token in a stored JSON.</summary>
    public static bool IsIn(string json) => NextMark(json) >= 0;

    private static int NextMark(ReadOnlySpan<char> json) => json.IndexOf("\"~");
}
