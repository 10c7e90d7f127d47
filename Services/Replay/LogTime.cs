using System.Globalization;

namespace Sametime.Services.Replay;

/// <summary>Moments as they are typed and shown: ISO 8601, in UTC unless an offset says otherwise.</summary>
internal static class LogTime
{
    public static string Format(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFZ", CultureInfo.InvariantCulture);

    public static bool TryParse(string text, out DateTimeOffset time) => DateTimeOffset.TryParse(
        text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);
}
