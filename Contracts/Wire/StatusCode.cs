namespace Sametime.Contracts.Wire;

/// <summary>
/// Online state of a user (u16). <see cref="Mobile"/> may be combined with each; unknown values are passed through.
/// libpurple shows anything but Active, Idle, Away and DoNotDisturb as available. Source: community protocol, status codes.
/// </summary>
public enum StatusCode : ushort
{
    Offline = 0x0000,
    InMeeting = 0x0008,
    Active = 0x0020,

    /// <summary>Nothing typed for a while ("not using").</summary>
    Idle = 0x0040,
    Away = 0x0060,
    DoNotDisturb = 0x0080,

    /// <summary>A flag, not a state.</summary>
    Mobile = 0x0200,
}
