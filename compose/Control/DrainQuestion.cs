using System.Globalization;

namespace Sametime.Compose.Control;

/// <summary>What <c>sametime drain</c> asks a hub to do: send its logins away over a while.</summary>
/// <param name="Window">Over how long; null is as the hub is set.</param>
internal readonly record struct DrainQuestion(TimeSpan? Window)
{
    private const string Word = "drain";

    /// <summary>The question in words, as it goes over the status socket; null for any other.</summary>
    public static DrainQuestion? Parse(string text)
    {
        var words = text.Split(' ');
        return words switch
        {
            [Word] => new DrainQuestion(null),
            [Word, var window] when TimeSpan.TryParseExact(window, "c", CultureInfo.InvariantCulture, out var parsed) && parsed >= TimeSpan.Zero => new DrainQuestion(parsed),
            _ => null,
        };
    }

    public override string ToString() => Window is { } window ? $"{Word} {window:c}" : Word;
}
