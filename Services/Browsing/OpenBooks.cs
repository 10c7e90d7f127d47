using System.Diagnostics.CodeAnalysis;
using Sametime.Contracts.Providers;

namespace Sametime.Services.Browsing;

/// <summary>What one channel has open.</summary>
internal sealed class OpenBooks
{
    private readonly Dictionary<uint, OpenBook> _books = [];
    private uint _lastId;

    public int Count => _books.Count;

    public uint Open(IBrowseProvider book)
    {
        _books.Add(++_lastId, new OpenBook(book));
        return _lastId;
    }

    public void Close(uint id) => _books.Remove(id);

    public bool TryGet(uint id, [NotNullWhen(true)] out OpenBook? book) => _books.TryGetValue(id, out book);
}

/// <summary>A book, and the page that its reader has before him.</summary>
internal sealed class OpenBook(IBrowseProvider book)
{
    private BrowsePage? _page;

    public IBrowseProvider Book => book;

    /// <summary>Behind the page before him; the first page as long as there is none.</summary>
    public BrowsePoint Next => _page is null ? BrowsePoint.Start : BrowsePoint.After(_page.Entries[^1]);

    /// <summary>Before that page; null as long as there is none.</summary>
    public BrowsePoint? Previous => _page is null ? null : BrowsePoint.Before(_page.Entries[0]);

    /// <summary>He has this page before him now. Nothing there: he stays where he is.</summary>
    public void TurnTo(BrowsePage page)
    {
        if (page.Entries.Count > 0)
            _page = page;
    }
}
