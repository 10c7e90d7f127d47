using System.Text;
using System.Text.Json;
using Sametime.Contracts.Events;

namespace Sametime.Tests.Kit.Events;

/// <summary>
/// Whether a secret can be read out of a fact as it is written: as text, as bytes, and in the forms that bytes have as text. What a fact looks
/// like by ToString is not enough, since bytes are shown by their number there.
/// </summary>
public static class FactText
{
    public static bool Shows(IEvent fact, ReadOnlySpan<byte> secret)
    {
        using var written = JsonDocument.Parse(EventCatalogue.Current.Write(fact).Json);
        return Shows(written.RootElement, secret);
    }

    /// <inheritdoc cref="Shows(IEvent, ReadOnlySpan{byte})"/>
    public static bool Shows(string text, ReadOnlySpan<byte> secret)
    {
        ArgumentNullException.ThrowIfNull(text);
        var decoded = new byte[text.Length];
        return Encoding.UTF8.GetBytes(text).AsSpan().IndexOf(secret) >= 0
            || text.Contains(Convert.ToHexString(secret), StringComparison.OrdinalIgnoreCase)
            || text.Contains(Convert.ToBase64String(secret).TrimEnd('='), StringComparison.Ordinal)
            || text.Contains(Convert.ToBase64String(secret).TrimEnd('=').Replace('+', '-').Replace('/', '_'), StringComparison.Ordinal)
            || (Convert.TryFromBase64String(text, decoded, out var bytes) && decoded.AsSpan(0, bytes).IndexOf(secret) >= 0);
    }

    private static bool Shows(JsonElement written, ReadOnlySpan<byte> secret)
    {
        switch (written.ValueKind)
        {
            case JsonValueKind.String:
                return Shows(written.GetString()!, secret);
            case JsonValueKind.Array:
                foreach (var element in written.EnumerateArray())
                {
                    if (Shows(element, secret))
                        return true;
                }
                return false;
            case JsonValueKind.Object:
                foreach (var field in written.EnumerateObject())
                {
                    if (Shows(field.Value, secret))
                        return true;
                }
                return false;
            default:
                return false;
        }
    }
}
