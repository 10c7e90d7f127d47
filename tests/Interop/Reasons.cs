namespace Sametime.Tests.Interop;

/// <summary>Reason and result codes that the tests expect on the wire. Written out here, apart from the server's own list: a wrong value there must not pass.</summary>
internal static class Reasons
{
    public const uint Success = 0x00000000;
    public const uint NoSuchUser = 0x80000006;
    public const uint TokenInvalid = 0x80000015;
    public const uint ServerNotResponding = 0x8000020c;
    public const uint Removed = 0x8000020e;
    public const uint Restricted = 0x80000210;
    public const uint WrongNameOrPassword = 0x80000211;
    public const uint DoNotDisturb = 0x80002001;
}

/// <summary>Status codes as on the wire.</summary>
internal static class StatusCodes
{
    public const uint Active = 0x20;
    public const uint Idle = 0x40;
    public const uint Away = 0x60;
    public const uint DoNotDisturb = 0x80;
}
