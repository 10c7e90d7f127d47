namespace Sametime.Contracts.Wire;

/// <summary>
/// Why a channel or session ended, or how a request went (u32); the top bit means failure. Unknown values are kept and passed on.
/// Source: community protocol, error codes.
/// </summary>
public enum Reason : uint
{
    Success = 0x0000_0000,

    /// <summary>Accepted, will be done later.</summary>
    Pending = 0x0000_0001,

    /// <summary>Resolve: some names were found, some not.</summary>
    ResolvePartial = 0x0001_0000,

    /// <summary>File transfer: the other side does not want the file.</summary>
    FileDeclined = 0x0800_0606,

    /// <summary>Nothing more is known.</summary>
    Failure = 0x8000_0000,

    /// <summary>Not possible in this state or with these values.</summary>
    RequestInvalid = 0x8000_0001,
    NotLoggedIn = 0x8000_0002,
    NotAuthorized = 0x8000_0003,
    Aborted = 0x8000_0004,
    NoSuchElement = 0x8000_0005,

    /// <summary>No such user, or not online: the two must look alike.</summary>
    NoSuchUser = 0x8000_0006,
    BadData = 0x8000_0007,
    NotImplemented = 0x8000_0008,
    UnknownError = 0x8000_0009,
    NotEnoughResources = 0x8000_000a,
    ChannelNotSupported = 0x8000_000b,
    ChannelExists = 0x8000_000c,
    ServiceNotSupported = 0x8000_000d,
    ProtocolNotSupported = 0x8000_000e,
    ProtocolNotSupported2 = 0x8000_000f,
    VersionNotSupported = 0x8000_0010,

    /// <summary>The user is invalid or not trusted.</summary>
    UserInvalid = 0x8000_0011,
    AlreadyInitialized = 0x8000_0013,
    NotOwner = 0x8000_0014,
    TokenInvalid = 0x8000_0015,
    TokenExpired = 0x8000_0016,
    TokenOfOtherAddress = 0x8000_0017,
    PortInUse = 0x8000_0018,
    NetworkError = 0x8000_0019,
    NoMasterChannel = 0x8000_001a,
    AlreadySubscribed = 0x8000_001b,
    NotSubscribed = 0x8000_001c,

    /// <summary>Encryption is not supported, or failed.</summary>
    EncryptionNotSupported = 0x8000_001d,
    EncryptionNotInitialized = 0x8000_001e,
    EncryptionTooWeak = 0x8000_001f,
    EncryptionDataInvalid = 0x8000_0020,
    NoCommonCipher = 0x8000_0021,

    /// <summary>Destroyed: connect elsewhere instead.</summary>
    ConnectElsewhere = 0x8000_0022,
    ChannelRedirected = 0x8000_0023,

    /// <summary>Versions do not match.</summary>
    VersionMismatch = 0x8000_0200,
    NoBuffers = 0x8000_0201,
    NotInUse = 0x8000_0202,
    NoSockets = 0x8000_0203,
    HardwareError = 0x8000_0204,
    NetworkDown = 0x8000_0205,
    HostDown = 0x8000_0206,
    HostUnreachable = 0x8000_0207,
    TcpError = 0x8000_0208,
    MessageTooLarge = 0x8000_0209,
    ProxyError = 0x8000_020a,
    ServerFull = 0x8000_020b,
    ServerNotResponding = 0x8000_020c,
    CannotConnect = 0x8000_020d,

    /// <summary>Removed from the server by an administrator.</summary>
    Removed = 0x8000_020e,
    ProtocolError = 0x8000_020f,
    UserRestricted = 0x8000_0210,

    /// <summary>Wrong name or password; never say which.</summary>
    IncorrectLogin = 0x8000_0211,
    EncryptionMismatch = 0x8000_0212,
    UserNotRegistered = 0x8000_0213,
    VerificationDown = 0x8000_0214,
    IdleTooLong = 0x8000_0216,
    GuestNameInUse = 0x8000_0217,
    AlreadySignedOn = 0x8000_0218,
    SignedOnAgain = 0x8000_0219,
    NameNotAllowed = 0x8000_021a,
    RegistrationModeNotSupported = 0x8000_021b,
    PrivilegeMissing = 0x8000_021c,
    MailAddressNeeded = 0x8000_021d,
    DnsError = 0x8000_021e,
    DnsFatalError = 0x8000_021f,
    ServerNameNotFound = 0x8000_0220,
    ConnectionBroken = 0x8000_0221,
    ConnectionAborted = 0x8000_0222,
    ConnectionRefused = 0x8000_0223,
    ConnectionReset = 0x8000_0224,
    ConnectionTimedOut = 0x8000_0225,
    ConnectionClosed = 0x8000_0226,

    /// <summary>Logged in to two servers at once.</summary>
    MultiServerLogin = 0x8000_0227,
    MultiServerLogin2 = 0x8000_0228,

    /// <summary>Logged in from another computer; this login ends.</summary>
    OtherComputerLogin = 0x8000_0229,

    /// <summary>Cannot log in: logged in from another computer.</summary>
    OtherComputerActive = 0x8000_022a,

    /// <summary>The server cannot be reached or is badly configured.</summary>
    ServerBroken = 0x8000_022b,
    HomeServerTooOld = 0x8000_022c,
    AppletLoggedOut = 0x8000_022d,
    ImUserNotOnline = 0x8000_2000,
    ImDoNotDisturb = 0x8000_2001,
    ImLoggedInUnderOtherName = 0x8000_2002,
    ImTypeReserved = 0x8000_2003,
    ImTypeAlreadyRegistered = 0x8000_2004,

    /// <summary>The other end cannot do the features asked for; callers try again with plain text.</summary>
    ImTypeNotRegistered = 0x8000_2005,

    /// <summary>Resolve: several users match.</summary>
    ResolveMultiple = 0x8002_0000,

    /// <summary>Resolve: the name has a bad form.</summary>
    ResolveBadForm = 0x8003_0000,
}

/// <summary>What the number itself says.</summary>
public static class Reasons
{
    /// <summary>True if the top bit is set.</summary>
    public static bool IsFailure(this Reason reason) => ((uint)reason & 0x8000_0000) != 0;
}
