using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Providers.Ldap.Protocol;

namespace Sametime.Services.Providers.Ldap;

/// <summary>How users and groups stand in one directory: the questions that find them, and how their entries are read.</summary>
internal sealed class LdapSchema
{
    private const string NoAttributes = "1.1";

    private readonly LdapServerOptions _server;
    private readonly DirectoryLimits _limits;
    private readonly LdapFilter _users;
    private readonly LdapFilter _groups;
    private readonly LdapFilter? _disabled;
    private readonly string[] _userAttributes;

    public LdapSchema(LdapServerOptions server, DirectoryLimits limits)
    {
        (_server, _limits) = (server, limits);
        _users = LdapFilter.Parse(server.UserFilter);
        _groups = LdapFilter.Parse(server.GroupFilter);
        _disabled = server.DisabledFilter.Length > 0 ? LdapFilter.Parse(server.DisabledFilter) : null;
        _userAttributes = [.. new[] { server.IdAttribute, server.NameAttribute, server.DescriptionAttribute, server.HomeAttribute }
            .Concat(server.Logins).Where(attribute => attribute.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    public bool KnowsDisabled => _disabled is not null;

    public LdapSearch AllUsers => Users(_users);

    public LdapSearch AllGroups => Groups(_groups, withMembers: false);

    // Two are enough to see that a name is not one user's alone.
    public LdapSearch ById(UserId id) => Users(LdapFilter.Equal(_server.IdAttribute, id.Value)) with { EntriesMax = 2 };

    public LdapSearch ByLoginName(string name) =>
        Users(Any(_server.Logins.Prepend(_server.IdAttribute), attribute => LdapFilter.Equal(attribute, name))) with { EntriesMax = 2 };

    public LdapSearch ByIds(IEnumerable<UserId> ids) =>
        Users(LdapFilter.Or([.. ids.Select(id => LdapFilter.Equal(_server.IdAttribute, id.Value))])) with { Attributes = [_server.IdAttribute] };

    /// <summary>Those of them who are disabled.</summary>
    public LdapSearch DisabledOf(LdapSearch users) => users with { Filter = LdapFilter.And(users.Filter, _disabled!) };

    /// <summary>The entry of this name, if he is disabled.</summary>
    public LdapSearch DisabledAt(string name) => new(name, LdapScope.Base, _disabled!, [NoAttributes]);

    /// <summary>The user of this name in the directory.</summary>
    public LdapSearch UserAt(string name) => AllUsers with { BaseName = name, Scope = LdapScope.Base, Attributes = [_server.IdAttribute] };

    public LdapSearch NamedUsers(string name, bool isWhole) => Users(Any(
        _server.Logins.Concat([_server.IdAttribute, _server.NameAttribute, _server.FamilyNameAttribute]), Named(name, isWhole)));

    public LdapSearch NamedGroups(string name, bool isWhole) =>
        Groups(LdapFilter.And(_groups, Named(name, isWhole)(_server.GroupIdAttribute)), withMembers: false);

    public LdapSearch GroupById(string id) =>
        Groups(LdapFilter.And(_groups, LdapFilter.Equal(_server.GroupIdAttribute, id)), withMembers: true) with { EntriesMax = 2 };

    /// <summary>The members of a group, where the directory keeps with each user what he is a member of.</summary>
    public LdapSearch MembersOf(string groupName) =>
        Users(LdapFilter.Equal(_server.MemberOfAttribute, groupName)) with { Attributes = [_server.IdAttribute] };

    public UserId? ToId(LdapEntry entry) =>
        entry.First(_server.IdAttribute) is { } id && DirectoryNames.IsId(id, _limits) ? new UserId(id) : null;

    /// <summary>The user of an entry; null for one whose id nobody could write on the wire.</summary>
    public UserRecord? ToUser(LdapEntry entry)
    {
        if (ToId(entry) is not { } id)
            return null;
        var home = entry.First(_server.HomeAttribute) ?? "";
        return new UserRecord(
            id, Text(entry.First(_server.NameAttribute) ?? id.Value), LoginNames(entry, id), Text(entry.First(_server.DescriptionAttribute) ?? ""),
            DirectoryNames.IsHome(home, _limits) ? home : "");
    }

    public DirectoryMatch? ToMatch(LdapEntry entry, DirectoryKinds kind)
    {
        if (kind == DirectoryKinds.Users)
            return ToUser(entry) is { } user ? new DirectoryMatch(user.Id.Value, user.DisplayName, user.Description, kind) : null;
        return entry.First(_server.GroupIdAttribute) is { } id && DirectoryNames.IsId(id, _limits)
            ? new DirectoryMatch(id, id, Text(entry.First(_server.GroupDescriptionAttribute) ?? ""), kind)
            : null;
    }

    public IReadOnlyList<string> Members(LdapEntry group) => group.All(_server.MemberAttribute);

    private LdapSearch Users(LdapFilter which) => new(_server.BaseDn, LdapScope.Subtree, LdapFilter.And(_users, which), _userAttributes);

    private LdapSearch Groups(LdapFilter which, bool withMembers) => new(
        _server.GroupBase, LdapScope.Subtree, which,
        [.. new[] { _server.GroupIdAttribute, _server.GroupDescriptionAttribute, withMembers ? _server.MemberAttribute : "" }.Where(attribute => attribute.Length > 0)]);

    private Items<string> LoginNames(LdapEntry entry, UserId id) => _server.Logins.SelectMany(entry.All)
        .Where(name => new UserId(name) != id && DirectoryNames.IsId(name, _limits))
        .Distinct(StringComparer.OrdinalIgnoreCase).Take(_limits.LoginNamesMax).ToItems();

    private static LdapFilter Any(IEnumerable<string> attributes, Func<string, LdapFilter> filter) =>
        LdapFilter.Or([.. attributes.Where(attribute => attribute.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase).Select(filter)]);

    private static Func<string, LdapFilter> Named(string name, bool isWhole) =>
        attribute => isWhole ? LdapFilter.Equal(attribute, name) : LdapFilter.StartsWith(attribute, name);

    // Whatever stands in a directory of others, a client gets a line of text.
    private string Text(string text)
    {
        var line = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
        return line.Length <= _limits.NameCharsMax ? line : line[.._limits.NameCharsMax];
    }
}
