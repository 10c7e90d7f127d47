using Sametime.Contracts.Crypto;

namespace Sametime.Tests.Unit.Crypto;

/// <summary>Keys of a conversation of libmeanwhile 1.1.1 that was recorded with a server of known exponent and magic.</summary>
internal static class RecordedConversation
{
    public const uint Magic = 0x01234567;

    public static readonly KeyAgreement Server = KeyAgreement.FromExponent(Hex(string.Concat(Enumerable.Repeat("11223344556677889900aabbccddeeff", 4))));

    public static readonly KeyAgreement Alice = KeyAgreement.FromExponent(Hex(
        "50bdce70a7c14c34b4c4f06701d97a3ab1ee6249de67bc159f9eb02b22f4bbdf150d24730d88444dc317edc7278cd76810fb8dc9c81e64747bbc6f43deaebba2"));

    public static readonly KeyAgreement Bob = KeyAgreement.FromExponent(Hex(
        "314883f13822c3958f851842058c2c053a49ff37b76cbdcaf2ecdbc82c081d3f10612ea2933e7d4d7f8b150052e30603929379ed7ad1ee2ac0d3abecf7bc116e"));

    public static readonly byte[] ServerPublic = Hex(
        "8b6b393ce7b38e59d0e442fbd680d6d57c41275d12e8b080355a2dc46e5adebde6d7734f5326d468951df6e739d66f23be3144c9aa465637d73e58ada0e87117");

    public static readonly byte[] AlicePublic = Hex(
        "50ba5a666060aa65d8e1c65f1b0233c1668399ca492de607907119a80e8e6c00fc5110ac01f05335acf731d49acf4889406de012c951db5ae1423ee1d82b38f1");

    /// <summary>What alice's client sent as auth data of type RC2-128 for the password "alice-pw".</summary>
    public static readonly byte[] AliceAuthData = [0, 1, 0, 0, 0, 64, .. AlicePublic, 0, 0, 0, 16, .. Hex("bd5305db4f7eaf1ffe02c23da9b45197")];

    public static byte[] Hex(string digits) => Convert.FromHexString(digits.Replace(" ", "", StringComparison.Ordinal));
}
