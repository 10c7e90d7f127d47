using System.Text;

namespace Sametime.Services.Providers.Ldap.Protocol;

/// <summary>An entry that a search has found, with those of its attributes that were asked for.</summary>
/// <param name="Name">Its distinguished name.</param>
/// <param name="Attributes">Values by attribute, whatever the case.</param>
internal sealed record LdapEntry(string Name, IReadOnlyDictionary<string, IReadOnlyList<string>> Attributes)
{
    public IReadOnlyList<string> All(string attribute) => attribute.Length > 0 && Attributes.TryGetValue(attribute, out var values) ? values : [];

    public string? First(string attribute) => All(attribute) is [var value, ..] ? value : null;

    /// <summary>
    /// The value of a name's first part, if that part is of this attribute alone: of <c>uid=alice,ou=people</c> and uid it is alice.
    /// Source: RFC 4514.
    /// </summary>
    public static string? FirstPart(string distinguishedName, string attribute)
    {
        var equals = distinguishedName.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0 || !distinguishedName.AsSpan(0, equals).Trim().Equals(attribute, StringComparison.OrdinalIgnoreCase))
            return null;
        var rest = distinguishedName.AsSpan(equals + 1);
        var value = new List<byte>();
        while (!rest.IsEmpty && rest[0] != ',')
        {
            if (rest[0] is '+' or '#' or '"' || rest is ['\\'])
                return null;
            if (rest is ['\\', var high, var low, ..] && char.IsAsciiHexDigit(high) && char.IsAsciiHexDigit(low))
            {
                value.AddRange(Convert.FromHexString(rest[1..3]));
                rest = rest[3..];
                continue;
            }
            if (rest[0] == '\\')
                rest = rest[1..];
            Rune.DecodeFromUtf16(rest, out var rune, out var length);
            value.AddRange(Encoding.UTF8.GetBytes(rune.ToString()));
            rest = rest[length..];
        }
        return Encoding.UTF8.GetString([.. value]);
    }
}
