using System.Formats.Asn1;
using System.Text;

namespace Sametime.Services.Providers.Ldap.Protocol;

/// <summary>
/// What a search looks for. Made of parts and sent in the binary form of the protocol, where a value is a value: nothing that somebody types
/// can become a part of the question. Source: RFC 4511, 4.5.1.7.
/// </summary>
internal abstract record LdapFilter
{
    private static readonly LdapFilter Nothing = new Group(1, []);

    public static LdapFilter And(params LdapFilter[] parts) => new Group(0, parts);

    /// <summary>One of these; of none: what no entry is.</summary>
    public static LdapFilter Or(params LdapFilter[] parts) => parts.Length == 0 ? Nothing : new Group(1, parts);

    public static LdapFilter Not(LdapFilter part) => new Negation(part);

    public static LdapFilter Equal(string attribute, string value) => new Comparison(3, attribute, Encoding.UTF8.GetBytes(value));

    public static LdapFilter StartsWith(string attribute, string beginning) =>
        new Substrings(attribute, Encoding.UTF8.GetBytes(beginning), [], null);

    public static LdapFilter Present(string attribute) => new Presence(attribute);

    /// <summary>Reads a filter as it is written in settings, <c>(&amp;(objectClass=person)(!(uid=x*)))</c>.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static LdapFilter Parse(string text) => LdapFilterReader.Read(text);

    public abstract void Write(AsnWriter writer);

    private static Asn1Tag Tag(int number, bool isConstructed = true) => new(TagClass.ContextSpecific, number, isConstructed);

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private sealed record Group(int Number, LdapFilter[] Parts) : LdapFilter
    {
        public override void Write(AsnWriter writer)
        {
            using var set = writer.PushSetOf(Tag(Number));
            foreach (var part in Parts)
                part.Write(writer);
        }
    }

    private sealed record Negation(LdapFilter Part) : LdapFilter
    {
        public override void Write(AsnWriter writer)
        {
            using var outer = writer.PushSequence(Tag(2));
            Part.Write(writer);
        }
    }

    /// <summary>Equal (3), at least (5), at most (6), approximately (8).</summary>
    internal sealed record Comparison(int Number, string Attribute, byte[] Value) : LdapFilter
    {
        public override void Write(AsnWriter writer)
        {
            using var assertion = writer.PushSequence(Tag(Number));
            writer.WriteOctetString(Utf8(Attribute));
            writer.WriteOctetString(Value);
        }
    }

    internal sealed record Substrings(string Attribute, byte[]? First, IReadOnlyList<byte[]> Middle, byte[]? Last) : LdapFilter
    {
        public override void Write(AsnWriter writer)
        {
            using var assertion = writer.PushSequence(Tag(4));
            writer.WriteOctetString(Utf8(Attribute));
            using var parts = writer.PushSequence();
            if (First is not null)
                writer.WriteOctetString(First, Tag(0, isConstructed: false));
            foreach (var part in Middle)
                writer.WriteOctetString(part, Tag(1, isConstructed: false));
            if (Last is not null)
                writer.WriteOctetString(Last, Tag(2, isConstructed: false));
        }
    }

    internal sealed record Presence(string Attribute) : LdapFilter
    {
        public override void Write(AsnWriter writer) => writer.WriteOctetString(Utf8(Attribute), Tag(7, isConstructed: false));
    }

    /// <summary>By a rule of its own, as Active Directory compares bits.</summary>
    internal sealed record Extensible(string Rule, string Attribute, byte[] Value) : LdapFilter
    {
        public override void Write(AsnWriter writer)
        {
            using var assertion = writer.PushSequence(Tag(9));
            if (Rule.Length > 0)
                writer.WriteOctetString(Utf8(Rule), Tag(1, isConstructed: false));
            if (Attribute.Length > 0)
                writer.WriteOctetString(Utf8(Attribute), Tag(2, isConstructed: false));
            writer.WriteOctetString(Value, Tag(3, isConstructed: false));
        }
    }
}
