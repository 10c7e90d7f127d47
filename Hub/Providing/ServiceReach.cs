namespace Sametime.Hub.Providing;

/// <summary>Which providers may serve whoever asks.</summary>
internal enum ServiceReach
{
    /// <summary>Those of this hub, and if there is none the other hubs': for a participant of this hub.</summary>
    Everywhere,

    /// <summary>Those of this hub that serve every hub: for a participant of another one, whose own hub has looked everywhere else.</summary>
    GlobalHere,

    /// <summary>Those of this hub alone, whomever they serve: for a component that means this hub and no other.</summary>
    Here,
}
