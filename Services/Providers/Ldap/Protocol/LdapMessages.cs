using System.Formats.Asn1;
using System.Text;

namespace Sametime.Services.Providers.Ldap.Protocol;

/// <summary>How far below the base a search looks.</summary>
internal enum LdapScope
{
    Base = 0,
    Subtree = 2,
}

/// <summary>A search.</summary>
/// <param name="BaseName">The entry to begin at.</param>
/// <param name="Scope">How far below it.</param>
/// <param name="Filter">What to find.</param>
/// <param name="Attributes">What to tell of it; the special <c>1.1</c> for nothing.</param>
/// <param name="EntriesMax">No more than so many; 0 for all.</param>
internal sealed record LdapSearch(string BaseName, LdapScope Scope, LdapFilter Filter, IReadOnlyList<string> Attributes, int EntriesMax = 0);

/// <summary>How a request ended. Source: RFC 4511, appendix A.</summary>
internal enum LdapCode
{
    Success = 0,
    SizeLimitExceeded = 4,
    NoSuchObject = 32,
    InvalidDistinguishedName = 34,
    InappropriateAuthentication = 48,
    InvalidCredentials = 49,
}

/// <summary>The end of a request.</summary>
internal sealed record LdapResult(LdapCode Code, string Diagnosis)
{
    public override string ToString() => $"result {(int)Code}{(Diagnosis.Length > 0 ? $" ({Diagnosis})" : "")}";
}

/// <summary>
/// The messages of the protocol that are needed here, each a function that writes it or reads it: bind, search with pages, StartTLS.
/// Source: RFC 4511; pages RFC 2696.
/// </summary>
internal static class LdapMessages
{
    public const int BindResponse = 1;
    public const int SearchEntry = 4;
    public const int SearchDone = 5;
    public const int SearchReference = 19;
    public const int ExtendedResponse = 24;

    private const string PagedResults = "1.2.840.113556.1.4.319";
    private const string StartTlsName = "1.3.6.1.4.1.1466.20037";

    private static readonly Asn1Tag Controls = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag Simple = new(TagClass.ContextSpecific, 0);

    public static byte[] Bind(int id, string name, ReadOnlySpan<byte> password)
    {
        var writer = new AsnWriter(AsnEncodingRules.BER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(id);
            using (writer.PushSequence(Operation(0)))
            {
                writer.WriteInteger(3);
                writer.WriteOctetString(Encoding.UTF8.GetBytes(name));
                writer.WriteOctetString(password, Simple);
            }
        }
        return writer.Encode();
    }

    public static byte[] StartTls(int id)
    {
        var writer = new AsnWriter(AsnEncodingRules.BER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(id);
            using (writer.PushSequence(Operation(23)))
                writer.WriteOctetString(Encoding.ASCII.GetBytes(StartTlsName), Simple);
        }
        return writer.Encode();
    }

    /// <param name="id">Number of the message.</param>
    /// <param name="search">What to find.</param>
    /// <param name="pageSize">Entries of a page; 0 to have everything at once.</param>
    /// <param name="cookie">From the page before; empty for the first.</param>
    /// <param name="timeLimit">After which the server gives up too.</param>
    public static byte[] Search(int id, LdapSearch search, int pageSize, ReadOnlySpan<byte> cookie, TimeSpan timeLimit)
    {
        var writer = new AsnWriter(AsnEncodingRules.BER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(id);
            using (writer.PushSequence(Operation(3)))
            {
                writer.WriteOctetString(Encoding.UTF8.GetBytes(search.BaseName));
                writer.WriteEnumeratedValue(search.Scope);
                writer.WriteEnumeratedValue(LdapScope.Base); // aliases are not followed
                writer.WriteInteger(search.EntriesMax);
                writer.WriteInteger((int)Math.Ceiling(timeLimit.TotalSeconds));
                writer.WriteBoolean(false);
                search.Filter.Write(writer);
                using (writer.PushSequence())
                {
                    foreach (var attribute in search.Attributes)
                        writer.WriteOctetString(Encoding.UTF8.GetBytes(attribute));
                }
            }
            if (pageSize > 0)
                WritePage(writer, pageSize, cookie);
        }
        return writer.Encode();
    }

    /// <summary>Reads what every message begins with.</summary>
    /// <returns>Its number, what it is, its fields, and behind them the controls.</returns>
    public static (int Id, int Operation, AsnReader Fields, AsnReader Behind) Read(ReadOnlyMemory<byte> message)
    {
        var rest = new AsnReader(message, AsnEncodingRules.BER).ReadSequence();
        if (!rest.TryReadInt32(out var id))
            throw new AsnContentException();
        var tag = rest.PeekTag();
        return tag.TagClass == TagClass.Application && tag.IsConstructed
            ? (id, tag.TagValue, rest.ReadSequence(tag), rest)
            : throw new AsnContentException();
    }

    public static LdapResult ReadResult(AsnReader fields)
    {
        var code = fields.ReadEnumeratedBytes();
        fields.ReadOctetString();
        var diagnosis = Encoding.UTF8.GetString(fields.ReadOctetString());
        return new LdapResult((LdapCode)(code.Length == 1 ? code.Span[0] : 80), diagnosis.TrimEnd('\0'));
    }

    public static LdapEntry ReadEntry(AsnReader fields)
    {
        var name = Encoding.UTF8.GetString(fields.ReadOctetString());
        var attributes = new Dictionary<string, IReadOnlyList<string>>(StringComparer.OrdinalIgnoreCase);
        var list = fields.ReadSequence();
        while (list.HasData)
        {
            var attribute = list.ReadSequence();
            var type = Encoding.UTF8.GetString(attribute.ReadOctetString());
            var values = new List<string>();
            var set = attribute.ReadSetOf(skipSortOrderValidation: true);
            while (set.HasData)
                values.Add(Encoding.UTF8.GetString(set.ReadOctetString()));
            attributes[type] = values;
        }
        return new LdapEntry(name, attributes);
    }

    /// <summary>What the next page is asked for with; empty behind the last.</summary>
    public static byte[] ReadCookie(AsnReader rest)
    {
        if (!rest.HasData || rest.PeekTag() != Controls)
            return [];
        var controls = rest.ReadSequence(Controls);
        while (controls.HasData)
        {
            var control = controls.ReadSequence();
            var type = Encoding.ASCII.GetString(control.ReadOctetString());
            if (control.HasData && control.PeekTag() == Asn1Tag.Boolean)
                control.ReadBoolean();
            if (type != PagedResults || !control.HasData)
                continue;
            var page = new AsnReader(control.ReadOctetString(), AsnEncodingRules.BER).ReadSequence();
            page.ReadInteger();
            return page.ReadOctetString();
        }
        return [];
    }

    private static void WritePage(AsnWriter writer, int pageSize, ReadOnlySpan<byte> cookie)
    {
        var page = new AsnWriter(AsnEncodingRules.BER);
        using (page.PushSequence())
        {
            page.WriteInteger(pageSize);
            page.WriteOctetString(cookie);
        }
        using (writer.PushSequence(Controls))
        using (writer.PushSequence())
        {
            writer.WriteOctetString(Encoding.ASCII.GetBytes(PagedResults));
            writer.WriteOctetString(page.Encode());
        }
    }

    private static Asn1Tag Operation(int number) => new(TagClass.Application, number, isConstructed: true);
}
