using System.Buffers;
using System.Globalization;

namespace Sametime.Contracts.Wire;

/// <summary>
/// Identifier of one login, unique in the community over restarts: the hub's number, the incarnation of that hub (which start of its
/// program) and a sequence number in it. On the wire and in logs a String of 4 + 8 + 8 = 20 upper-case hex digits; clients demand at
/// least 5 bytes and take it as it is.
/// </summary>
public readonly record struct LoginId(ushort Hub, uint Incarnation, uint Sequence)
{
    /// <summary>Characters of the text form.</summary>
    public const int TextLength = 20;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789ABCDEF");

    /// <summary>Accepts exactly what <see cref="ToString"/> makes: 20 digits, letters in upper case.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out LoginId loginId)
    {
        loginId = default;
        if (text.Length != TextLength || text.ContainsAnyExcept(Digits))
            return false;
        loginId = new LoginId(
            ushort.Parse(text[..4], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
            uint.Parse(text[4..12], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
            uint.Parse(text[12..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
        return true;
    }

    public override string ToString() => $"{Hub:X4}{Incarnation:X8}{Sequence:X8}";
}
