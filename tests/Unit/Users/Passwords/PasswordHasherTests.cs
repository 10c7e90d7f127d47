using System.Text;
using Sametime.Services.Users.Passwords;
using Xunit;

namespace Sametime.Tests.Unit.Users.Passwords;

public class PasswordHasherTests
{
    private static readonly PasswordOptions Cheap = new() { MemoryKiB = 64, Passes = 1 };

    private readonly PasswordHasher _hasher = new(Cheap);

    [Fact]
    public void The_digest_is_that_of_the_reference_implementation()
    {
        // From the test suite of the Argon2 reference implementation.
        const string reference = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

        Assert.True(PasswordHasher.Verify("password"u8, reference));
        Assert.False(PasswordHasher.Verify("Password"u8, reference));
    }

    [Fact]
    public void The_default_cost_is_19_mebibytes_two_passes_one_lane_and_a_salt_of_16_bytes()
    {
        var hash = new PasswordHasher(new PasswordOptions()).Hash("pw"u8);

        Assert.StartsWith("$argon2id$v=19$m=19456,t=2,p=1$", hash, StringComparison.Ordinal);
        Assert.True(PhcHash.TryParse(hash, out var parsed));
        Assert.Equal(16, parsed.Salt.Length);
        Assert.True(PasswordHasher.Verify("pw"u8, hash));
    }

    [Theory]
    [InlineData("")]
    [InlineData("pässwörd ✓")]
    public void A_password_fits_its_own_hash_only(string password)
    {
        var hash = _hasher.Hash(Encoding.UTF8.GetBytes(password));

        Assert.True(PasswordHasher.Verify(Encoding.UTF8.GetBytes(password), hash));
        Assert.False(PasswordHasher.Verify(Encoding.UTF8.GetBytes(password + "x"), hash));
        Assert.NotEqual(hash, _hasher.Hash(Encoding.UTF8.GetBytes(password)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("plain text")]
    [InlineData("$argon2i$v=19$m=64,t=1,p=1$c29tc2FsdHNvbWVzYWx0$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("$argon2id$v=16$m=64,t=1,p=1$c29tc2FsdHNvbWVzYWx0$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("$argon2id$v=19$m=99999999,t=1,p=1$c29tc2FsdHNvbWVzYWx0$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("$argon2id$v=19$m=64,t=9999,p=1$c29tc2FsdHNvbWVzYWx0$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("$argon2id$v=19$m=64,t=0,p=1$c29tc2FsdHNvbWVzYWx0$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("$argon2id$v=19$m=64,t=1,p=1$A$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("$argon2id$v=19$m=64,t=1,p=1$c29tc2FsdHNvbWVzYWx0$AAAA")]
    public void A_string_that_is_no_hash_of_ours_fits_nothing_and_wants_replacing(string phc)
    {
        Assert.False(PasswordHasher.Verify("pw"u8, phc));
        Assert.True(_hasher.NeedsRehash(phc));
    }

    public static TheoryData<string, int, int, int, int, int, bool> Costs => new()
    {
        { "as today", 64, 3, 2, 16, 32, false },
        { "dearer in every respect", 65, 4, 3, 17, 33, false },
        { "less memory", 63, 3, 2, 16, 32, true },
        { "fewer passes", 64, 2, 2, 16, 32, true },
        { "fewer lanes", 64, 3, 1, 16, 32, true },
        { "a shorter salt", 64, 3, 2, 15, 32, true },
        { "a shorter digest", 64, 3, 2, 16, 31, true },
        { "dearer in all but one", 65, 4, 3, 15, 33, true },
    };

    [Theory]
    [MemberData(nameof(Costs))]
    public void A_hash_wants_replacing_when_its_cost_is_below_todays_in_any_respect(
        string how, int memory, int passes, int lanes, int salt, int digest, bool wantsReplacing)
    {
        var today = new PasswordHasher(new PasswordOptions { MemoryKiB = 64, Passes = 3, Lanes = 2 });

        Assert.True(wantsReplacing == today.NeedsRehash(Phc(memory, passes, lanes, salt, digest)), how);
        Assert.False(today.NeedsRehash(today.Hash("pw"u8)));
    }

    public static TheoryData<int, int, int, int, int, bool> Bounds => new()
    {
        { 1024 * 1024, 1, 1, 8, 16, true },
        { (1024 * 1024) + 1, 1, 1, 8, 16, false },
        { 512, 1, 64, 8, 16, true },
        { 520, 1, 65, 8, 16, false },
        { 511, 1, 64, 8, 16, false },
        { 64, 100, 1, 8, 16, true },
        { 64, 101, 1, 8, 16, false },
        { 64, 1, 1, 7, 16, false },
        { 64, 1, 1, 8, 15, false },
    };

    [Theory]
    [MemberData(nameof(Bounds))]
    public void A_hash_asks_for_no_more_work_than_is_sane(int memory, int passes, int lanes, int salt, int digest, bool isSane) =>
        Assert.Equal(isSane, PhcHash.TryParse(Phc(memory, passes, lanes, salt, digest), out _));

    private static string Phc(int memory, int passes, int lanes, int salt, int digest) =>
        new PhcHash(memory, passes, lanes, new byte[salt], new byte[digest]).ToString();
}
