namespace Sametime.Compose.Control;

/// <summary>What <c>sametime status</c> wants to know of a process.</summary>
/// <param name="Listings">Every participant, channel and connection too, which takes long on a large server.</param>
/// <param name="Collect">Collect garbage first, so that the memory told is the memory in use.</param>
internal readonly record struct StatusQuestion(bool Listings = false, bool Collect = false)
{
    private const string ListingsWord = "listings";
    private const string CollectWord = "collect";

    /// <summary>The question in words, as it goes over the status socket. Unknown words mean nothing.</summary>
    public static StatusQuestion Parse(string text)
    {
        var words = text.Split(' ');
        return new(words.Contains(ListingsWord), words.Contains(CollectWord));
    }

    public override string ToString() => $"status{(Listings ? " " + ListingsWord : "")}{(Collect ? " " + CollectWord : "")}";
}
