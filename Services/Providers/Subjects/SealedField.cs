using System.Text;
using System.Text.Json;
using Sametime.Contracts.Events;
using Sametime.Contracts.Wire;

namespace Sametime.Services.Providers.Subjects;

/// <summary>How a marked field is sealed.</summary>
internal enum SealedKind
{
    /// <summary>A user id: the opaque id stands in its place.</summary>
    User,

    /// <summary>A list of user ids, each for itself.</summary>
    Users,

    /// <summary>A list of records with marks of their own.</summary>
    Records,

    /// <summary>Anything else: sealed whole, whatever JSON it is.</summary>
    Value,
}

/// <summary>What is done with one field of an event; made from its marks once.</summary>
internal sealed class SealedField
{
    private readonly byte[] _nameUtf8;

    private SealedField(string path, MarkedField marked)
    {
        var about = $"{path}/{marked.Name}";
        _nameUtf8 = Encoding.UTF8.GetBytes(marked.Name);
        Name = marked.Name;
        Owner = marked.Of;
        Kind = marked.Type == typeof(UserId) ? SealedKind.User
            : marked.Type == typeof(Items<UserId>) ? SealedKind.Users
            : marked.Elements.Count > 0 ? SealedKind.Records
            : SealedKind.Value;
        Elements = Of(about, marked.Elements);
        About = Encoding.UTF8.GetBytes(about);
        (Erased, Hidden) = marked.Type == typeof(string) ? ("\"[erased]\"", "\"[hidden]\"")
            : marked.Type.IsGenericType ? ("[]", "[]") // a list
            : ("\"\"", "\"\""); // bytes
    }

    public string Name { get; }

    /// <summary>The field that names the person; null when there is none, and then it stays in the clear.</summary>
    public string? Owner { get; }

    public SealedKind Kind { get; }

    public SealedField[] Elements { get; }

    /// <summary>Bound to what is sealed, so that it opens at this place only.</summary>
    public byte[] About { get; }

    /// <summary>JSON that stands here when the person is erased.</summary>
    public string Erased { get; }

    /// <summary>JSON that stands here for those who may not see it.</summary>
    public string Hidden { get; }

    public static SealedField[] Of(string path, IReadOnlyList<MarkedField> marked) => [.. marked.Select(field => new SealedField(path, field))];

    public static SealedField? Find(SealedField[] fields, JsonProperty property)
    {
        foreach (var field in fields)
        {
            if (property.NameEquals(field._nameUtf8))
                return field;
        }

        return null;
    }
}
