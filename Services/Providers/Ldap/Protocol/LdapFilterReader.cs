using System.Globalization;
using System.Text;

namespace Sametime.Services.Providers.Ldap.Protocol;

/// <summary>Reads filters as administrators write them. Source: RFC 4515.</summary>
internal ref struct LdapFilterReader
{
    private const int DepthMax = 32;

    private readonly string _text;
    private int _at;

    private LdapFilterReader(string text) => _text = text;

    public static LdapFilter Read(string text)
    {
        var reader = new LdapFilterReader(text.Trim());
        var filter = reader.ReadFilter(0);
        return reader._at == reader._text.Length ? filter : throw reader.Wrong("something follows the filter");
    }

    private LdapFilter ReadFilter(int depth)
    {
        if (depth > DepthMax)
            throw Wrong("it is too deep");
        Expect('(');
        var filter = Peek() switch
        {
            '&' => LdapFilter.And(ReadParts(depth)),
            '|' => LdapFilter.Or(ReadParts(depth)),
            '!' => ReadNegation(depth),
            _ => ReadItem(),
        };
        Expect(')');
        return filter;
    }

    private LdapFilter[] ReadParts(int depth)
    {
        _at++;
        var parts = new List<LdapFilter>();
        while (Peek() == '(')
            parts.Add(ReadFilter(depth + 1));
        return parts.Count > 0 ? [.. parts] : throw Wrong("a part is missing");
    }

    private LdapFilter ReadNegation(int depth)
    {
        _at++;
        return LdapFilter.Not(ReadFilter(depth + 1));
    }

    private LdapFilter ReadItem()
    {
        var end = _text.AsSpan(_at).IndexOfAny('=', ')', '(');
        if (end <= 0 || _text[_at + end] != '=')
            throw Wrong("an attribute and = are missing");
        var left = _text[_at..(_at + end)];
        _at += end + 1;
        var close = _text.IndexOf(')', _at);
        if (close < 0)
            throw Wrong("a ) is missing");
        var value = _text[_at..close];
        _at = close;

        return left[^1] switch
        {
            ':' => Extensible(left[..^1], Unescape(value)),
            '>' => new LdapFilter.Comparison(5, Attribute(left[..^1]), Unescape(value)),
            '<' => new LdapFilter.Comparison(6, Attribute(left[..^1]), Unescape(value)),
            '~' => new LdapFilter.Comparison(8, Attribute(left[..^1]), Unescape(value)),
            _ when value == "*" => LdapFilter.Present(Attribute(left)),
            _ when value.Contains('*', StringComparison.Ordinal) => Substrings(Attribute(left), value.Split('*')),
            _ => new LdapFilter.Comparison(3, Attribute(left), Unescape(value)),
        };
    }

    private LdapFilter.Substrings Substrings(string attribute, string[] parts)
    {
        var middle = new List<byte[]>();
        foreach (var part in parts[1..^1].Where(part => part.Length > 0))
            middle.Add(Unescape(part));
        return new LdapFilter.Substrings(
            attribute, parts[0].Length > 0 ? Unescape(parts[0]) : null, middle, parts[^1].Length > 0 ? Unescape(parts[^1]) : null);
    }

    // "attribute:rule", or ":rule" for all attributes.
    private LdapFilter.Extensible Extensible(string left, byte[] value)
    {
        var colon = left.IndexOf(':', StringComparison.Ordinal);
        var (attribute, rule) = colon < 0 ? (left, "") : (left[..colon], left[(colon + 1)..]);
        if (rule == "dn" || rule.Contains(':', StringComparison.Ordinal))
            throw Wrong(":dn: is not supported");
        return new LdapFilter.Extensible(rule, attribute.Length == 0 ? "" : Attribute(attribute), value);
    }

    private string Attribute(string name) =>
        name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or ';' or '_') ? name : throw Wrong($"'{name}' is no attribute");

    private byte[] Unescape(string value)
    {
        if (!value.Contains('\\', StringComparison.Ordinal))
            return Encoding.UTF8.GetBytes(value);
        var bytes = new List<byte>();
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] != '\\')
            {
                var rest = value.IndexOf('\\', i);
                var plain = value[i..(rest < 0 ? value.Length : rest)];
                bytes.AddRange(Encoding.UTF8.GetBytes(plain));
                i += plain.Length - 1;
            }
            else if (i + 2 < value.Length && byte.TryParse(value.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet))
            {
                bytes.Add(octet);
                i += 2;
            }
            else
            {
                throw Wrong("a \\ is not followed by two hexadecimal digits");
            }
        }
        return [.. bytes];
    }

    private readonly char Peek() => _at < _text.Length ? _text[_at] : '\0';

    private void Expect(char wanted)
    {
        if (Peek() != wanted)
            throw Wrong($"a {wanted} is missing");
        _at++;
    }

    private readonly FormatException Wrong(string what) => new($"'{_text}' is no LDAP filter: {what} at character {_at + 1}");
}
