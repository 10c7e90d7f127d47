using System.Diagnostics;
using System.Text;
using Sametime.Tests.Kit.Ends;

namespace Sametime.Tests.Kit.Servers;

/// <summary>
/// A part of a directory for one test: people, and groups of them. It is written with the directory's own tools, so that what our client reads
/// was not written by our client.
/// </summary>
public sealed class LdapTree : IAsyncDisposable
{
    private readonly LdapAccess _server;

    private LdapTree(LdapAccess server) => (_server, BaseName) = (server, $"ou={TestServices.NewName()},{server.BaseName}");

    /// <summary>What people and groups lie below.</summary>
    public string BaseName { get; }

    public static async Task<LdapTree> PlantAsync(LdapAccess server, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(server);
        var tree = new LdapTree(server);
        await tree.AddAsync([$"dn: {tree.BaseName}\nobjectClass: organizationalUnit"], stop);
        return tree;
    }

    /// <summary>What the directory calls a person.</summary>
    public string NameOf(string id) => $"uid={id},{BaseName}";

    /// <summary>The entry of a person; his family name is the last word of his name.</summary>
    public string Person(string id, string name, string password = "", IEnumerable<string>? mails = null, params string[] more)
    {
        ArgumentNullException.ThrowIfNull(name);
        var lines = new List<string> { $"dn: {NameOf(id)}", "objectClass: inetOrgPerson", $"uid: {id}", $"cn: {name}", $"sn: {name.Split(' ')[^1]}" };
        lines.AddRange((mails ?? []).Select(mail => $"mail: {mail}"));
        if (password.Length > 0)
            lines.Add($"userPassword:: {Convert.ToBase64String(Encoding.UTF8.GetBytes(password))}");
        return string.Join('\n', lines.Concat(more));
    }

    /// <summary>The entry of a group of persons.</summary>
    public string Group(string id, params IEnumerable<string> members) => string.Join(
        '\n', [$"dn: cn={id},{BaseName}", "objectClass: groupOfNames", $"cn: {id}", .. members.Select(member => $"member: {NameOf(member)}")]);

    public Task AddAsync(IEnumerable<string> entries, CancellationToken stop) => RunAsync("ldapmodify", ["-a"], string.Join("\n\n", entries), stop);

    /// <summary>Changes an entry, in the words of LDIF: <c>replace: cn</c> and so on.</summary>
    public Task ChangeAsync(string name, string change, CancellationToken stop) => RunAsync("ldapmodify", [], $"dn: {name}\nchangetype: modify\n{change}", stop);

    public Task RemoveAsync(string name, CancellationToken stop) => RunAsync("ldapdelete", ["-r", name], "", stop);

    /// <summary>Removes an entry that points elsewhere, itself and not what it points to.</summary>
    public Task RemoveReferralAsync(string name, CancellationToken stop) => RunAsync("ldapdelete", ["-M", name], "", stop);

    public async ValueTask DisposeAsync() => await RemoveAsync(BaseName, CancellationToken.None);

    private async Task RunAsync(string tool, string[] words, string input, CancellationToken stop)
    {
        var start = new ProcessStartInfo(tool, ["-x", "-H", _server.Uri, "-D", _server.Admin, "-w", _server.Password, .. words])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(stop), process.StandardError.ReadToEndAsync(stop));
        await process.StandardInput.WriteAsync(input.AsMemory(), stop);
        process.StandardInput.Close();
        try
        {
            await process.WaitForExitAsync(stop).ForAsync($"the end of {tool}", stop);
        }
        catch
        {
            process.Kill();
            throw;
        }

        await output;
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{tool} ended with {process.ExitCode}: {await errors}");
    }
}
