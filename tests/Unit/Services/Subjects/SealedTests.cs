using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Sametime.Contracts.Events;
using Sametime.Contracts.Wire;
using Sametime.Services.Providers.Subjects;
using Xunit;

namespace Sametime.Tests.Unit.Services.Subjects;

public sealed class SealedTests
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int Seals = 1_000;

    private static readonly byte[] Key = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    /// <summary>What in the store is sealed with a nonce: each way to seal the same thing once more.</summary>
    private static readonly Dictionary<string, Func<byte[]>> Kinds = new()
    {
        ["any bytes"] = () => Sealed.Seal(Key, "the same"u8, "about"u8),
        ["the key of a person"] = () => SubjectSeal().Make("alice").Key!,
        ["the name of a person"] = () => SubjectSeal().Make("alice").Name!,
        ["a field of an event"] = SealedField,
    };

    private static readonly TestSubjects Subjects = new();

    public static TheoryData<string> KindNames => [.. Kinds.Keys];

    [Theory]
    [MemberData(nameof(KindNames))]
    public void The_same_sealed_again_has_another_nonce_and_nothing_in_common(string kind)
    {
        var all = Enumerable.Range(0, Seals).Select(_ => Kinds[kind]()).ToList();

        Assert.Equal(Seals, all.Select(bytes => Convert.ToHexString(bytes.AsSpan(0, NonceBytes))).Distinct().Count());
        Assert.Equal(Seals, all.Select(bytes => Convert.ToHexString(bytes.AsSpan(NonceBytes))).Distinct().Count());
    }

    [Fact]
    public void Each_person_has_a_key_and_an_id_of_his_own_and_one_name_is_found_by_one_lookup()
    {
        var rows = Enumerable.Range(0, Seals).Select(_ => SubjectSeal().Make("alice")).ToList();

        Assert.Equal(Seals, rows.Select(row => Convert.ToHexString(SubjectSeal().Read(row).Key!)).Distinct().Count());
        Assert.Equal(Seals, rows.Select(row => row.Id).Distinct().Count());
        Assert.Single(rows.Append(SubjectSeal().Make("ALICE")).Select(row => Convert.ToHexString(row.Lookup!)).Distinct());
        Assert.NotEqual(rows[0].Lookup!, SubjectSeal().Make("alicia").Lookup!);
    }

    [Fact]
    public void Each_use_of_the_store_key_has_a_key_of_its_own_and_none_is_the_store_key()
    {
        var (one, other) = (StoreKey.From(Key), StoreKey.From([.. Key.Reverse()]));
        byte[][] all = [Key, one.Wrapping, one.Lookup, one.Chain, one.Check, other.Wrapping, other.Lookup, other.Chain, other.Check];

        Assert.Equal(all.Length, all.Select(Convert.ToHexString).Distinct().Count());
        Assert.Equal(one.Wrapping, StoreKey.From(Key).Wrapping);
    }

    [Fact]
    public void A_store_key_has_32_bytes_at_least()
    {
        Assert.NotNull(StoreKey.From(Key));
        Assert.Throws<ArgumentOutOfRangeException>(() => StoreKey.From(Key[1..]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("a longer text, which is longer than one block of the cipher")]
    public void What_is_sealed_opens_with_its_key_and_at_its_place_alone_and_not_when_any_byte_of_it_is_another(string text)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var bytes = Sealed.Seal(Key, plain, "about"u8);

        Assert.Equal(NonceBytes + plain.Length + TagBytes, bytes.Length);
        Assert.Equal(plain, Sealed.TryOpen(Key, bytes, "about"u8));
        Assert.Null(Sealed.TryOpen([.. Key.Reverse()], bytes, "about"u8));
        Assert.Null(Sealed.TryOpen(Key, bytes, "another"u8));
        Assert.Null(Sealed.TryOpen(Key, bytes.AsSpan(1), "about"u8));
        Assert.Null(Sealed.TryOpen(Key, bytes.AsSpan(0, bytes.Length - 1), "about"u8));
        for (var i = 0; i < bytes.Length; i++)
        {
            var altered = (byte[])bytes.Clone();
            altered[i] ^= 1;
            Assert.Null(Sealed.TryOpen(Key, altered, "about"u8));
        }
    }

    [Fact]
    public void Less_than_a_nonce_and_a_tag_is_nothing_that_was_sealed() =>
        Assert.Null(Sealed.TryOpen(Key, RandomNumberGenerator.GetBytes(NonceBytes + TagBytes - 1), "about"u8));

    [Fact]
    public void The_key_of_one_person_is_not_taken_for_that_of_another()
    {
        var (alice, bob) = (SubjectSeal().Make("alice"), SubjectSeal().Make("bob"));

        Assert.Equal("bob", SubjectSeal().Read(bob).Name);
        Assert.Throws<Contracts.Providers.StoreCorruptException>(() => SubjectSeal().Read(bob with { Key = alice.Key }));
        Assert.Throws<Contracts.Providers.StoreCorruptException>(() => SubjectSeal().Read(bob with { Name = alice.Name }));
        Assert.Throws<Contracts.Providers.StoreCorruptException>(() => SubjectSeal().Read(bob with { Id = alice.Id }));
    }

    private static SubjectSeal SubjectSeal() => new(StoreKey.From(Key));

    // As it lies in the store: ~1.ID.SEALED, in base64url.
    private static byte[] SealedField()
    {
        var plain = EventCatalogue.Current.Write(new StatusSet(default, new UserId("alice"), StatusCode.Away, 1, "the same"));
        var names = new HashSet<string>();
        EventSeal.Current.CollectNames(plain, names);
        var stored = EventSeal.Current.Seal(plain, Subjects.FindOrMake(names)).Json;
        return System.Buffers.Text.Base64Url.DecodeFromChars(((string)JsonNode.Parse(stored)!["description"]!).Split('.')[2]);
    }
}
