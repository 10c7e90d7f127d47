using Sametime.Contracts.Link.Applications.Awareness;
using Sametime.Contracts.Wire;

namespace Sametime.Services.BuddyList.OtherHubs;

/// <summary>One other hub's part of a watched user's presence, as its Buddy List has told it. Nobody may see it until it has said who may.</summary>
internal sealed class HubPart(LoginId hub)
{
    private PrivacyRule _privacy = PrivacyRule.Nobody;

    /// <summary>The hub's own login.</summary>
    public LoginId Hub { get; } = hub;

    public PresenceFace Face { get; private set; } = PresenceFace.Offline;

    public Items<PresenceAttribute> Attributes { get; private set; } = [];

    /// <summary>The way to the hub is broken: what is known stays shown to those who know it, and is told to nobody else.</summary>
    public bool IsStale { get; set; }

    /// <summary>A hub at which the user is not to be seen has no say in who may see him.</summary>
    public bool Allows(string watcher) => !Face.IsOnline || _privacy.Allows(watcher);

    public void Take(in PresencePart told)
    {
        IsStale = false;
        Face = told.Face ?? Face;
        Attributes = told.Attributes ?? Attributes;
        _privacy = told.Privacy is { } privacy ? PrivacyRule.Of(privacy) : _privacy;
    }
}
