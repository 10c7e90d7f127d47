namespace Sametime.Compose.Control;

/// <summary>What <c>sametime resolve</c> asks a hub: where clients connect to reach a hub or cluster.</summary>
internal readonly record struct ResolveQuestion(string Name)
{
    private const string Word = "resolve ";

    /// <summary>The question in words as it goes over the status socket; null when it is another one.</summary>
    public static ResolveQuestion? Parse(string text) =>
        text.StartsWith(Word, StringComparison.Ordinal) ? new ResolveQuestion(text[Word.Length..].Trim()) : null;

    public override string ToString() => Word + Name;
}
