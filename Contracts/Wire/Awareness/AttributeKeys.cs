namespace Sametime.Contracts.Wire.Awareness;

/// <summary>
/// Keys of attributes with a known meaning. All others are opaque to us: kept and passed on. A flag's value is an
/// <see cref="AttributeFlag"/>. Source: community protocol, awareness attributes.
/// </summary>
public static class AttributeKeys
{
    /// <summary>Flag: the user has set audio and video preferences.</summary>
    public const uint AudioVideoPreferencesSet = 0x01;

    /// <summary>Flag: the user has a microphone.</summary>
    public const uint HasMicrophone = 0x02;

    /// <summary>Flag: the user has speakers.</summary>
    public const uint HasSpeakers = 0x03;

    /// <summary>Flag: the user has a camera.</summary>
    public const uint HasCamera = 0x04;

    /// <summary>Flag: the user can send and receive files. Pidgin offers file transfer only to users with this attribute.</summary>
    public const uint CanTransferFiles = 0x06;

    /// <summary>Where the user is: a <see cref="LocationInfo"/>.</summary>
    public const uint Location = 0x33;
}
