namespace Sametime.Contracts.Wire;

/// <summary>
/// Kind and version of a client as it states them itself (u16). Values outside the list exist and are kept; nobody is refused for one
/// unless configured. Source: community protocol, client types.
/// </summary>
public enum ClientType : ushort
{
    /// <summary>What our services say of themselves.</summary>
    Service = 0x0000,
    CppLibrary = 0x1000,
    JavaApplet = 0x1001,
    SametimeConnect = 0x1002,
    JavaApplication = 0x1003,
    Links = 0x100a,
    Notes65 = 0x1200,
    Notes653 = 0x1203,
    Notes7Beta = 0x1210,
    Notes7 = 0x1214,
    Ict = 0x1300,
    Ict2 = 0x1302,
    IctSip = 0x1303,
    NotesBuddy414 = 0x1400,
    NotesBuddy415 = 0x1405,
    NotesBuddy416 = 0x1406,
    Sanity = 0x1600,
    PerlLibrary = 0x1625,
    PmrAlert = 0x1650,
    Trillian = 0x16aa,
    TrillianIbm = 0x16bb,

    /// <summary>libmeanwhile, and with it Pidgin.</summary>
    Meanwhile = 0x1700,
}

/// <summary>How the auth data of a Login is made (u16). Source: community protocol, auth types.</summary>
public enum AuthType : ushort
{
    /// <summary>The password as a String, or bare.</summary>
    Plain = 0x0000,

    /// <summary>The bytes of a token, nothing around them.</summary>
    Token = 0x0001,

    /// <summary>RC2 with a 40-bit key that travels along: no protection at all.</summary>
    Rc2Fixed40 = 0x0002,

    /// <summary>RC2 with 128 bits agreed by Diffie-Hellman.</summary>
    Rc2DiffieHellman = 0x0004,
}
