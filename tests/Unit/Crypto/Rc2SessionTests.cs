using System.Text;
using Sametime.Contracts.Crypto;
using Xunit;
using static Sametime.Tests.Unit.Crypto.RecordedConversation;

namespace Sametime.Tests.Unit.Crypto;

public class Rc2SessionTests
{
    private static readonly byte[] LongKey = Hex("00112233445566778899aabbccddeeff");

    private static readonly (bool FromAlice, string Agreed, string Weak, string Clear)[] Conversation =
    [
        (true, "dc37742234ef54ba25bb799d72c94498", "85f3c8ef6b9cca3032daa57c2cc206a9", "00000001 0005 68656c6c6f"),
        (false, "34253fff83b42df64de1ee701fb6de27", "735699161bdfd13633c9df34f8cd583b", "00000001 0002 6869"),
        (true, "42a562514e0b69423de9312c218d4a65f7b1ce803ba2e334", "82e14490c30b10802bf656f60e46c9ddfe151ef59e3b6888",
            "00000002 00000001 00000000 00000000"),
        (true, "ba352f022fa8311b4191b50908b30c6ce76de715ea1e07664af05eff3771b2e7",
            "52f2ab260589cf3c79169cfc65001dbfa1c3836d2dd4b1f57bb720aabd3fdb83", "00000002 00000004 00000000 00000008 3c623e783c2f623e"),
    ];

    [Fact]
    public void A_short_key_has_1024_effective_bits_as_well()
    {
        var encrypted = Rc2Chain.Encrypting(Hex("0102030405")).Encrypt("password"u8);

        Assert.Equal(Hex("9fdd5d767dce9061 a82fad30dc22e5be"), encrypted);
    }

    [Fact]
    public void The_chain_goes_on_from_message_to_message()
    {
        var chain = Rc2Chain.Encrypting(LongKey);

        Assert.Equal(Hex("acc0869072c24540fb29ebe8593a55f8"), chain.Encrypt("12345678"u8));
        Assert.Equal(Hex("6d084ceb9d71d732"), chain.Encrypt([]));
        Assert.Equal(Hex("b9d4bceebcebd19d"), chain.Encrypt("abc"u8));
    }

    [Fact]
    public void The_recorded_conversation_over_rc2_128_encrypts_and_decrypts()
    {
        var key = Hex("eb896a9475085051041fabaf1d0d35fe");

        Converse(Rc2Session.Agreed(key), Rc2Session.Agreed(key), line => line.Agreed);
    }

    [Fact]
    public void The_recorded_conversation_over_rc2_40_encrypts_and_decrypts()
    {
        const string aliceLogin = "7F00000100000001", bobLogin = "7F00000100000002";

        Converse(Rc2Session.Weak(aliceLogin, bobLogin), Rc2Session.Weak(bobLogin, aliceLogin), line => line.Weak);
    }

    [Fact]
    public void Each_direction_of_rc2_40_has_the_key_of_its_sender()
    {
        var (one, other) = (Rc2Session.Weak("11111-one", "22222-two"), Rc2Session.Weak("22222-two", "11111-one"));

        Assert.True(other.TryDecrypt(one.Encrypt("to two"u8), out var heard));
        Assert.Equal("to two", Encoding.UTF8.GetString(heard));
        Assert.True(one.TryDecrypt(other.Encrypt("to one"u8), out heard));
        Assert.Equal("to one", Encoding.UTF8.GetString(heard));
        Assert.Throws<ArgumentOutOfRangeException>(() => Rc2Session.Weak("1234", "22222-two"));
    }

    [Fact]
    public void A_lost_message_ruins_what_follows_in_its_direction()
    {
        var (sender, receiver) = (Rc2Chain.Encrypting(LongKey), Rc2Chain.Decrypting(LongKey));
        _ = sender.Encrypt("lost"u8);

        receiver.TryDecrypt(sender.Encrypt("12345678 and more"u8), out var clear);

        Assert.False(clear.AsSpan().StartsWith("12345678"u8));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(9)]
    [InlineData(15)]
    public void What_is_no_positive_number_of_blocks_is_refused_and_leaves_the_chain_where_it_was(int length)
    {
        var (sender, receiver) = (Rc2Chain.Encrypting(LongKey), Rc2Chain.Decrypting(LongKey));

        Assert.False(receiver.TryDecrypt(new byte[length], out _));
        Assert.True(receiver.TryDecrypt(sender.Encrypt("next"u8), out var clear));
        Assert.Equal("next", Encoding.UTF8.GetString(clear));
    }

    [Theory]
    [InlineData("0102030405060700")] // says 0 bytes of padding
    [InlineData("0909090909090909")] // says more than a block
    [InlineData("0102030405060803")] // the last byte says 3, the two before it disagree
    [InlineData("0102030405020303")]
    public void Padding_is_checked_to_its_first_byte(string lastBlock)
    {
        Assert.False(Rc2Chain.Decrypting(LongKey).TryDecrypt(EncryptedUnpadded(Hex(lastBlock)), out var clear));
        Assert.Empty(clear);
    }

    [Fact]
    public void Every_length_comes_back_as_it_was_sent()
    {
        var (sender, receiver) = (Rc2Chain.Encrypting(LongKey), Rc2Chain.Decrypting(LongKey));
        for (var length = 0; length < 40; length++)
        {
            var clear = Enumerable.Range(0, length).Select(i => (byte)i).ToArray();
            var encrypted = sender.Encrypt(clear);

            Assert.Equal(Rc2Chain.EncryptedLength(length), encrypted.Length);
            Assert.True(receiver.TryDecrypt(encrypted, out var back));
            Assert.Equal(clear, back);
        }
    }

    [Fact]
    public void A_chain_used_against_its_direction_is_our_own_mistake()
    {
        Assert.Throws<InvalidOperationException>(() => Rc2Chain.Decrypting(LongKey).Encrypt([]));
        Assert.Throws<InvalidOperationException>(() => Rc2Chain.Encrypting(LongKey).TryDecrypt(new byte[8], out _));
    }

    // The first block of a message is the encrypted block itself; what follows it is the padding of that message and cut off.
    private static byte[] EncryptedUnpadded(byte[] block) => Rc2Chain.Encrypting(LongKey).Encrypt(block)[..Rc2Chain.BlockBytes];

    private static void Converse(Rc2Session alice, Rc2Session bob, Func<(bool FromAlice, string Agreed, string Weak, string Clear), string> wire)
    {
        foreach (var line in Conversation)
        {
            var (sender, receiver) = line.FromAlice ? (alice, bob) : (bob, alice);
            Assert.Equal(Hex(wire(line)), sender.Encrypt(Hex(line.Clear)));
            Assert.True(receiver.TryDecrypt(Hex(wire(line)), out var clear));
            Assert.Equal(Hex(line.Clear), clear);
        }
    }
}
