using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Compose.Accounts;
using Sametime.Compose.Commands;
using Sametime.Compose.Hosting;
using Sametime.Compose.Providers;
using Sametime.Compose.Settings;
using Sametime.Compose;
using Sametime.Contracts.Crypto;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire.Resolve;
using Sametime.Contracts.Wire;
using Sametime.Services.Providers;
using Sametime.Services.Users.Passwords;
using Sametime.Tests.Kit.Clients;
using Sametime.Tests.Kit.Providers;
using Sametime.Tests.Kit.Repository;
using Xunit;

namespace Sametime.Tests.Unit.Compose;

/// <summary>Providers of others, loaded by their path from an assembly that nothing here refers to.</summary>
public sealed class ProviderAssemblyTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("provider-tests");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static string Sample => Repo.BuiltSample("FileDirectory", "FileDirectory.dll");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task S172_S182_A_directory_and_a_token_format_of_somebody_else_log_in_by_configuration_alone()
    {
        Assert.DoesNotContain(AppDomain.CurrentDomain.GetAssemblies(), assembly => assembly.GetReferencedAssemblies().Any(used => used.Name == "FileDirectory"));
        var data = Data();
        await File.WriteAllTextAsync(Path.Combine(data.Path, "people.txt"), $"""
            zoe | Zoe Example | staff, night | {Badge("4711")}
            yan | Yan Example | staff | {Badge("0815")}
            """, Stop);
        var settings = Settings(data, $"--Providers:Assemblies:0={Sample}", "--Providers:Settings:0=people=people.txt");
        var options = EdgeCommand.Options(settings, data, port: 0, host: "127.0.0.1");
        await using var server = await WholeServer.StartAsync(data, settings, options, Stop);

        await using var zoe = await ShowAsync(server, "zoe", "badge:4711");
        await zoe.IsLetInAsync(Stop);
        Assert.Equal(("zoe", "Zoe Example"), (zoe.UserId, zoe.Ack!.Login.DisplayName));
        await using var stranger = await ShowAsync(server, "zoe", "badge:0815");
        Assert.Equal(Reason.TokenInvalid, await stranger.EndAsync(Stop));
        await using var nobody = await ShowAsync(server, "", "badge:1234");
        Assert.Equal(Reason.TokenInvalid, await nobody.EndAsync(Stop));

        // The same directory answers whoever looks for people, and for its groups.
        var resolve = await zoe.OpenAsync(ServiceTypes.Resolve, ProtocolTypes.Resolve, ProtocolVersions.Resolve, Stop);
        await zoe.SendPayloadAsync(resolve, new ResolveRequest(3, ["Yan Example"], ResolveFlags.None));
        var found = (await zoe.TakePayloadAsync<ResolveResponse>(resolve, Stop)).Results[0];
        Assert.Equal("yan", Assert.Single(found.Matches.AsEnumerable()).Id);
    }

    [Fact]
    public async Task Our_own_tokens_are_for_the_users_of_whichever_directory_there_is()
    {
        var data = Data();
        await File.WriteAllTextAsync(Path.Combine(data.Path, "people.txt"), $"zoe | Zoe Example | | {Badge("4711")}\n", Stop);
        var line = SettingOverrides.Split([$"--Providers:Assemblies:0={Sample}", "--Providers:Settings:0=people=people.txt"]);
        await using (var book = await AccountBook.OpenAsync(data, line, Stop))
            Assert.Empty((await book.ListUsersAsync(Stop)).AsEnumerable());

        await using var desk = await TokenDesk.OpenAsync(data, line, Stop);
        Assert.StartsWith("st1.", await desk.IssueAsync("zoe", oneTime: true, lifetime: null, address: null, Stop), StringComparison.Ordinal);
        Assert.Contains("there is no user alice", (await Assert.ThrowsAsync<CommandException>(
            () => desk.IssueAsync("alice", oneTime: true, lifetime: null, address: null, Stop))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_way_in_which_an_assembly_does_not_fit_is_one_sentence()
    {
        var text = Path.Combine(_folder.FullName, "text.dll");
        File.WriteAllText(text, "no assembly");

        Assert.Contains("there is no such file", Refusal(Path.Combine(_folder.FullName, "absent.dll")), StringComparison.Ordinal);
        Assert.Contains("it is no .NET assembly", Refusal(text), StringComparison.Ordinal);
        Assert.Contains("it does not use Sametime.Contracts", Refusal(typeof(Assert).Assembly.Location), StringComparison.Ordinal);
        Assert.Contains("it has no public class that is an IProviderModule", Refusal(typeof(CommunityClient).Assembly.Location), StringComparison.Ordinal);
        Assert.Contains("FileDirectory needs the setting people=FILE", Refusal(Sample), StringComparison.Ordinal);
        Assert.Contains("there is another IUserDirectory already", Refusal(Sample, Sample, "--Providers:Settings:0=people=people.txt"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.2", "0.2", true)]
    [InlineData("0.1", "0.2", false)]
    [InlineData("0.3", "0.2", false)]
    [InlineData("1.0", "1.4", true)]
    [InlineData("1.5", "1.4", false)]
    [InlineData("1.0", "2.0", false)]
    public void An_assembly_is_used_with_the_contracts_it_was_built_for(string built, string ours, bool fits)
    {
        var mismatch = ProviderLoader.Mismatch(new Version(built), new Version(ours));

        Assert.Equal(fits, mismatch is null);
        Assert.True(fits || mismatch!.Contains(built, StringComparison.Ordinal) && mismatch.Contains(ours, StringComparison.Ordinal), mismatch);
    }

    [Fact]
    public void A_kind_that_nothing_here_asks_for_is_refused_by_name()
    {
        var registry = new ProviderRegistry(Data(), new ProvidersOptions(), TimeProvider.System, NullLoggerFactory.Instance);

        Assert.Contains("takes no String", Assert.Throws<InvalidOperationException>(() => registry.Add("a text")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_the_kinds_that_are_asked_one_after_the_other_there_may_be_several_and_of_the_others_one()
    {
        var registry = new ProviderRegistry(Data(), new ProvidersOptions(), TimeProvider.System, NullLoggerFactory.Instance);
        IUserDirectory[] directories = [new InMemoryDirectory(), new InMemoryDirectory()];
        IAuthenticationProvider[] formats = [new OnePassword(new UserRecord(new UserId("alice"), "Alice", [])), new OnePassword(new UserRecord(new UserId("bob"), "Bob", []))];

        Array.ForEach(formats, registry.Add);
        Assert.Equal(formats, registry.All<IAuthenticationProvider>());
        registry.Add(directories[0]);
        Assert.Contains("one only", Assert.Throws<InvalidOperationException>(() => registry.Add(directories[1])).Message, StringComparison.Ordinal);
        Assert.Same(directories[0], registry.Find<IUserDirectory>());
    }

    [Fact]
    public async Task Passwords_that_somebody_else_checks_are_behind_our_throttle()
    {
        var directory = new InMemoryDirectory();
        await directory.AddUserAsync(new UserRecord(new UserId("alice"), "Alice", ["al"]), "hash", Stop);
        var theirs = new OnePassword(new UserRecord(new UserId("alice"), "Alice", ["al"]));
        var passwords = new ProvidedPasswords(theirs, directory);
        var account = await passwords.FindAsync("al", Stop);

        Assert.Equal(PasswordVerdict.Right, await passwords.CheckAsync(account, "right"u8.ToArray(), Stop));
        Assert.Equal(PasswordVerdict.Wrong, await passwords.CheckAsync(account, "wrong"u8.ToArray(), Stop));
        Assert.Equal(PasswordVerdict.Wrong, await passwords.CheckAsync(null, "right"u8.ToArray(), Stop));
        Assert.Null(await passwords.FindAsync("nobody", Stop));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await passwords.CheckAsync(account, "away"u8.ToArray(), Stop));
        Assert.Equal(["al", "al", "", "al"], theirs.Asked);
    }

    private DataDirectory Data()
    {
        var data = new DataDirectory(Path.Combine(_folder.FullName, "data"));
        data.Create();
        return data;
    }

    private static ServerSettings Settings(DataDirectory data, params string[] line) => ServerSettings.Load(data, SettingOverrides.Split(line));

    private string Refusal(params string[] line)
    {
        var assemblies = line.Where(static word => !word.StartsWith("--", StringComparison.Ordinal)).Select(static (file, i) => $"--Providers:Assemblies:{i}={file}");
        var settings = Settings(Data(), [.. assemblies, .. line.Where(static word => word.StartsWith("--", StringComparison.Ordinal))]);
        var failure = Assert.Throws<CommandException>(() => ProviderLoader.Load(Data(), settings, TimeProvider.System, NullLoggerFactory.Instance));
        Assert.Equal(ExitCode.Usage, failure.ExitCode);
        Assert.StartsWith($"Providers:Assemblies: {line[0]} cannot be used: ", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
        return failure.Message;
    }

    private static string Badge(string number) => Convert.ToHexString(SHA256.HashData(Encoding.ASCII.GetBytes(number)));

    private static async Task<CommunityClient> ShowAsync(WholeServer server, string name, string token)
    {
        var client = await CommunityClient.ConnectAsync(server.EndPoint, from: null, Stop);
        await client.SendTokenLoginAsync(name, new Opaque(Encoding.ASCII.GetBytes(token)), Stop);
        return client;
    }

    private sealed class OnePassword(UserRecord user) : IAuthenticationProvider
    {
        public List<string> Asked { get; } = [];

        public bool Takes(CredentialKind kind) => kind == CredentialKind.Password;

        public ValueTask<Authentication> VerifyAsync(string loginName, Credential credential, IPAddress? clientAddress, CancellationToken stop)
        {
            Asked.Add(loginName);
            return new(credential.Secret.Span.SequenceEqual("right"u8) ? Authentication.Verified(user)
                : credential.Secret.Span.SequenceEqual("away"u8) ? Authentication.Unavailable : Authentication.WrongCredentials);
        }
    }
}
