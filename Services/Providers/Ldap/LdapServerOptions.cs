using System.Net;
using Sametime.Services.Providers.Ldap.Protocol;

namespace Sametime.Services.Providers.Ldap;

/// <summary>One LDAP directory and how its entries are read. The defaults fit OpenLDAP with inetOrgPerson and groupOfNames.</summary>
internal sealed class LdapServerOptions
{
    /// <summary>What it is called in logs and where clients list the directories; the host when empty.</summary>
    public string Name { get; set; } = "";

    /// <summary>Where it is: ldaps://host[:port], or ldap://host[:port] with <see cref="StartTls"/>.</summary>
    public string Uri { get; set; } = "";

    /// <summary>Encrypts an ldap:// connection before anything is said on it.</summary>
    public bool StartTls { get; set; }

    /// <summary>File with the certificates of the authorities that its certificate may come from (PEM); those of the machine when empty.</summary>
    public string CaFile { get; set; } = "";

    /// <summary>Whom the server searches as; nobody when empty.</summary>
    public string BindDn { get; set; } = "";

    /// <summary>His password; <see cref="BindPasswordFile"/> is the better place.</summary>
    public string BindPassword { get; set; } = "";

    /// <summary>File whose first line is his password.</summary>
    public string BindPasswordFile { get; set; } = "";

    /// <summary>Entry below which users are looked for.</summary>
    public string BaseDn { get; set; } = "";

    /// <summary>Entries that are users.</summary>
    public string UserFilter { get; set; } = "(objectClass=inetOrgPerson)";

    /// <summary>A user's lasting id; one that never changes, also when he is renamed.</summary>
    public string IdAttribute { get; set; } = "uid";

    /// <summary>What a user may type to log in besides his id, each of the values; mail when none is named.</summary>
    public IReadOnlyList<string> LoginAttributes { get; set; } = [];

    /// <summary>What others see.</summary>
    public string NameAttribute { get; set; } = "cn";

    /// <summary>His family name, to find him by.</summary>
    public string FamilyNameAttribute { get; set; } = "sn";

    /// <summary>A word on him; none when empty.</summary>
    public string DescriptionAttribute { get; set; } = "";

    /// <summary>Hub or cluster that he is at home at; none when empty.</summary>
    public string HomeAttribute { get; set; } = "";

    /// <summary>Users who may not log in, such as (employeeType=disabled); nobody when empty.</summary>
    public string DisabledFilter { get; set; } = "";

    /// <summary>Entry below which groups are looked for; that of the users when empty.</summary>
    public string GroupBaseDn { get; set; } = "";

    /// <summary>Entries that are public groups.</summary>
    public string GroupFilter { get; set; } = "(objectClass=groupOfNames)";

    /// <summary>A group's id.</summary>
    public string GroupIdAttribute { get; set; } = "cn";

    /// <summary>A word on a group; none when empty.</summary>
    public string GroupDescriptionAttribute { get; set; } = "description";

    /// <summary>A group's members: their names in the directory, or their ids (memberUid).</summary>
    public string MemberAttribute { get; set; } = "member";

    /// <summary>A user's groups, by their names in the directory, where it keeps that (memberOf): members are then asked for in one search.</summary>
    public string MemberOfAttribute { get; set; } = "";

    internal Uri Address => System.Uri.TryCreate(Uri, UriKind.Absolute, out var uri) && uri.Scheme is "ldap" or "ldaps" && uri.Host.Length > 0
        ? uri.Port > 0 ? uri : new UriBuilder(uri) { Port = uri.Scheme == "ldaps" ? 636 : 389 }.Uri
        : throw new InvalidOperationException($"'{Uri}' is no address of an LDAP directory: ldaps://host or ldap://host");

    internal bool IsTls => Address.Scheme == "ldaps";

    internal string Title => Name.Length > 0 ? Name : Address.Host;

    internal IReadOnlyList<string> Logins => LoginAttributes.Count > 0 ? LoginAttributes : ["mail"];

    internal string GroupBase => GroupBaseDn.Length > 0 ? GroupBaseDn : BaseDn;

    /// <summary>Refuses settings that cannot work, or that would send passwords through a network in the clear.</summary>
    /// <param name="isPlainAllowed">Whether somebody has said that they may.</param>
    /// <exception cref="InvalidOperationException">One sentence on what is wrong.</exception>
    internal void Check(bool isPlainAllowed)
    {
        var address = Address;
        var isLoopback = address.IsLoopback || (IPAddress.TryParse(address.Host, out var ip) && IPAddress.IsLoopback(ip));
        if (IsTls && StartTls)
            throw new InvalidOperationException($"directory {Title}: StartTls is for ldap://, ldaps:// is encrypted from the start");
        if (!IsTls && !StartTls && !isLoopback && !isPlainAllowed)
            throw new InvalidOperationException(
                $"directory {Title}: passwords would go to {address.Host} in the clear; use ldaps:// or StartTls (Unsafe:PlainLdap allows it all the same)");
        if (BaseDn.Length == 0)
            throw new InvalidOperationException($"directory {Title}: BaseDn is missing");
        if (BindDn.Length > 0 && BindPassword.Length + BindPasswordFile.Length == 0)
            throw new InvalidOperationException($"directory {Title}: BindDn needs BindPasswordFile");
        if (IdAttribute.Length == 0 || NameAttribute.Length == 0 || GroupIdAttribute.Length == 0)
            throw new InvalidOperationException($"directory {Title}: IdAttribute, NameAttribute and GroupIdAttribute are needed");
        foreach (var filter in new[] { UserFilter, GroupFilter, DisabledFilter }.Where(filter => filter.Length > 0))
            CheckFilter(filter);
    }

    private void CheckFilter(string filter)
    {
        try
        {
            _ = LdapFilter.Parse(filter);
        }
        catch (FormatException wrong)
        {
            throw new InvalidOperationException($"directory {Title}: {wrong.Message}", wrong);
        }
    }
}
