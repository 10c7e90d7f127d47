using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Sametime.Services.Users.Passwords;

/// <summary>
/// An Argon2id hash in the form in which password hashes are exchanged:
/// <c>$argon2id$v=19$m=19456,t=2,p=1$salt$digest</c>, the last two in base64 without padding; m in KiB.
/// </summary>
internal sealed partial record PhcHash(int MemoryKiB, int Passes, int Lanes, byte[] Salt, byte[] Digest)
{
    public const int ArgonVersion = 19;

    // A stored hash decides how much work we do, so a damaged or planted one must not ask for the whole machine.
    private const int MemoryKiBMax = 1024 * 1024;
    private const int PassesMax = 100;
    private const int LanesMax = 64;
    private const int SaltBytesMin = 8;
    private const int DigestBytesMin = 16;

    public static bool TryParse(string? text, [NotNullWhen(true)] out PhcHash? hash)
    {
        hash = null;
        var match = Form().Match(text ?? "");
        if (!match.Success)
            return false;

        var parsed = new PhcHash(
            Number(match, "m"), Number(match, "t"), Number(match, "p"), FromBase64(match.Groups["salt"].Value), FromBase64(match.Groups["digest"].Value));
        var isSane = parsed.Passes is >= 1 and <= PassesMax && parsed.Lanes is >= 1 and <= LanesMax
            && parsed.MemoryKiB >= 8 * parsed.Lanes && parsed.MemoryKiB <= MemoryKiBMax
            && parsed.Salt.Length >= SaltBytesMin && parsed.Digest.Length >= DigestBytesMin;
        hash = isSane ? parsed : null;
        return isSane;
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"$argon2id$v={ArgonVersion}$m={MemoryKiB},t={Passes},p={Lanes}${ToBase64(Salt)}${ToBase64(Digest)}");

    [GeneratedRegex(@"^\$argon2id\$v=19\$m=(?<m>[0-9]{1,8}),t=(?<t>[0-9]{1,4}),p=(?<p>[0-9]{1,3})\$(?<salt>[A-Za-z0-9+/]{1,128})\$(?<digest>[A-Za-z0-9+/]{1,128})$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Form();

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    private static string ToBase64(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

    // A length that base64 cannot have reads as nothing, which is too short for any purpose.
    private static byte[] FromBase64(string text)
    {
        var padded = text.PadRight((text.Length + 3) / 4 * 4, '=');
        var bytes = new byte[padded.Length];
        return Convert.TryFromBase64String(padded, bytes, out var length) ? bytes[..length] : [];
    }
}
