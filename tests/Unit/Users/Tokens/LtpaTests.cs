using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Contracts.Crypto;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Users.Tokens;
using Sametime.Services.Users.Tokens.LegacyLtpa;
using Xunit;

namespace Sametime.Tests.Unit.Users.Tokens;

/// <summary>LTPA tokens of another server, of both versions.</summary>
public sealed class LtpaTests : IAsyncLifetime
{
    private readonly LtpaServer _server = new();
    private readonly LtpaOptions _options = new();
    private TokenScene _it = null!;
    private LtpaTokenProvider _provider = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private DateTimeOffset Later => _it.Time.GetUtcNow().AddHours(1);

    public async ValueTask InitializeAsync()
    {
        _it = await TokenScene.StartAsync();
        (_options.KeyFile, _options.PasswordFile) = (_it.KeyFile + ".ltpa", _it.KeyFile + ".password");
        await File.WriteAllTextAsync(_options.KeyFile, _server.Export(), Stop);
        await File.WriteAllTextAsync(_options.PasswordFile, $"{LtpaServer.Password}\n", Stop);
        _provider = new LtpaTokenProvider(
            _it.Directory,
            new WatchedFiles<LtpaKeys>(
                [_options.KeyFile], () => LtpaKeys.Read(_options.KeyFile, _options.PasswordFile), TimeSpan.Zero, _it.Time, NullLogger.Instance),
            _it.Book, _options, _it.Options, _it.Time, NullLogger<LtpaTokenProvider>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        _server.Dispose();
        await _it.DisposeAsync();
    }

    [Fact]
    public void It_takes_tokens_and_no_passwords() => Assert.Equal((true, false), (_provider.Takes(CredentialKind.Token), _provider.Takes(CredentialKind.Password)));

    [Theory]
    [InlineData("alice")]
    [InlineData("uid=alice,ou=people,o=example")]
    [InlineData("CN=alice,O=example")]
    [InlineData("uid=alice@example.com+sn=smith,o=example")]
    public async Task S179_An_LTPA_token_lets_the_user_in_whom_it_names(string name)
    {
        Assert.Equal("alice", (await LogInAsync(_server.Version2(name, Later))).User?.Id.Value);
        Assert.Equal("alice", (await LogInAsync(_server.Version2(name, Later), typed: "")).User?.Id.Value);
        Assert.Equal(Authentication.TokenInvalid, await LogInAsync(_server.Version2(name, Later), typed: "bob"));
    }

    [Fact]
    public async Task Version_1_is_taken_only_where_it_is_allowed()
    {
        var token = _server.Version1("uid=alice,o=example", Later);
        Assert.Equal(Authentication.TokenInvalid, await LogInAsync(token));

        _options.AllowVersion1 = true;
        Assert.NotNull((await LogInAsync(token)).User);
        _it.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(Authentication.TokenExpired, await LogInAsync(token));
    }

    [Fact]
    public async Task S179_The_time_that_counts_is_the_signed_one()
    {
        var end = Later;
        Assert.NotNull((await LogInAsync(_server.Version2("alice", end))).User);
        _it.Time.Advance(TimeSpan.FromMinutes(61));

        Assert.Equal(Authentication.TokenExpired, await LogInAsync(_server.Version2("alice", end)));
        var body = $"expire:{LtpaServer.Milliseconds(end)}$u:user\\:example\\:389/alice";
        Assert.Equal(Authentication.TokenExpired, await LogInAsync(_server.Version2(body, LtpaServer.Milliseconds(end.AddDays(1)))));
        Assert.Equal(Authentication.TokenInvalid, await LogInAsync(_server.Version2("u:user\\:example\\:389/alice", LtpaServer.Milliseconds(end.AddDays(1)))));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task S179_No_single_bit_of_what_is_signed_can_be_altered(int version)
    {
        _options.AllowVersion1 = true;
        var token = Convert.FromBase64String(version == 1 ? _server.Version1("alice", Later) : _server.Version2("alice", Later));
        for (var bit = 0; bit < token.Length * 8; bit++)
        {
            var altered = token.ToArray();
            altered[bit / 8] ^= (byte)(1 << (bit % 8));
            var outcome = await LogInAsync(Convert.ToBase64String(altered));
            Assert.True(outcome == Authentication.TokenInvalid, $"bit {bit}: {outcome.Reason}");
        }
    }

    [Fact]
    public async Task S179_Tokens_of_other_servers_realms_and_strangers_are_no_tokens()
    {
        using var other = new LtpaServer();
        Assert.Equal(Authentication.TokenInvalid, await LogInAsync(other.Version2("alice", Later)));
        Assert.Equal(Authentication.TokenInvalid, await LogInAsync(_server.Version2("alice", Later, inRealm: "elsewhere")));
        Assert.Equal(Authentication.TokenInvalid, await LogInAsync(_server.Version2("uid=mallory,o=example", Later), typed: ""));
        foreach (var none in new[] { "", "%%%", "bm90aGluZw==", new string('A', 4096) })
            Assert.Equal(Authentication.TokenInvalid, await LogInAsync(none));
    }

    [Fact]
    public async Task The_realm_that_is_set_outweighs_that_of_the_key_file_and_without_either_any_is_good()
    {
        _options.Realm = "ELSEWHERE";
        Assert.NotNull((await LogInAsync(_server.Version2("alice", Later, inRealm: "elsewhere"))).User);
        Assert.Equal(Authentication.TokenInvalid, await LogInAsync(_server.Version2("alice", Later)));

        using var nameless = new LtpaServer(realm: "");
        _options.Realm = "";
        await File.WriteAllTextAsync(_options.KeyFile, nameless.Export() + "\n", Stop);
        Assert.NotNull((await LogInAsync(nameless.Version2("alice", Later, inRealm: "anywhere"))).User);
    }

    [Theory]
    [InlineData("u:user\\:example\\:389/alice$expire:{0}", true)] // in whatever order
    [InlineData("expire:{0}$a\\$b\\:c:d:e\\:f$u:user\\:example\\:389/alice", true)] // whatever else it says
    [InlineData("expire:{0}$nothing$u:user\\:example\\:389/alice", true)]
    [InlineData("expire:{0}$u:user\\:example\\:389/uid=al\\:ice,o=example", false)]
    [InlineData("expire:{0}$u:user\\:example\\:389/uid=alice,o=a/b", true)] // slashes are the name's
    [InlineData("expire:{0}$u:group\\:example\\:389/alice", false)]
    [InlineData("expire:{0}$u:groupexample\\:389/alice", false)]
    [InlineData("expire:{0}$u:user\\:example\\:389/", false)]
    [InlineData("expire:{0}$u:user\\:example\\:389", false)]
    [InlineData("expire:{0}$u:/alice", false)]
    [InlineData("expire:{0}", false)]
    [InlineData("expire:soon$u:user\\:example\\:389/alice", false)]
    [InlineData("expire:-1$u:user\\:example\\:389/alice", false)]
    [InlineData("expire:999999999999999999$u:user\\:example\\:389/alice", false)]
    public async Task What_is_signed_must_be_a_user_of_the_realm_and_a_time(string body, bool isGood)
    {
        var time = LtpaServer.Milliseconds(Later);
        var outcome = await LogInAsync(_server.Version2(body.Replace("{0}", time, StringComparison.Ordinal), time));
        Assert.Equal(isGood, outcome.User is not null);
        Assert.True(isGood || outcome == Authentication.TokenInvalid, outcome.Reason.ToString());
    }

    [Theory]
    [InlineData("uid=alice,ou=people", "alice")]
    [InlineData("uid=alice", "alice")]
    [InlineData("uid= alice +sn=smith,o=x", "alice")]
    [InlineData("cn=smith\\, alice,o=x", "smith, alice")]
    [InlineData("alice", null)]
    [InlineData("=alice,o=x", null)]
    [InlineData("uid=,o=x", null)]
    [InlineData("uid=", null)]
    public void The_first_part_of_a_distinguished_name_is_a_name(string name, string? first) => Assert.Equal(first, LtpaTokenProvider.FirstName(name));

    [Fact]
    public async Task A_token_is_good_until_a_minute_after_its_end_and_nobody_is_refused_while_the_directory_is_away()
    {
        var token = _server.Version2("alice", Later);
        _it.Time.Advance(TimeSpan.FromMinutes(61) - TimeSpan.FromMilliseconds(1));
        Assert.NotNull((await LogInAsync(token)).User);

        _it.Directory.IsBroken = true;
        Assert.Equal(Authentication.Unavailable, await LogInAsync(token));
        _it.Directory.IsBroken = false;
        _it.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(Authentication.TokenExpired, await LogInAsync(token));
    }

    [Fact]
    public async Task Who_leaves_or_has_his_tokens_revoked_gets_in_with_newer_ones_only()
    {
        var before = _server.Version2("alice", _it.Time.GetUtcNow() + _options.Lifetime);
        await _it.Book.RevokeAsync(new UserId("alice"), "operator", Stop);
        _it.Time.Advance(TimeSpan.FromMinutes(5));
        var now = _it.Time.GetUtcNow();

        Assert.Equal(Authentication.TokenInvalid, await LogInAsync(before));
        Assert.NotNull((await LogInAsync(_server.Version2("alice", now + _options.Lifetime))).User);
        await _it.Directory.RemoveUserAsync(new UserId("alice"), Stop);
        Assert.Equal(Authentication.TokenInvalid, await LogInAsync(_server.Version2("alice", now + _options.Lifetime)));
    }

    [Fact]
    public async Task A_token_was_issued_its_lifetime_before_its_end()
    {
        // It does not say when it was issued; and one that may have been issued when tokens were revoked is revoked.
        await _it.Book.RevokeAsync(new UserId("alice"), "operator", Stop);
        var revoked = _it.Time.GetUtcNow() + _options.Lifetime + _it.Options.ClockSkew;

        Assert.Equal(Authentication.TokenInvalid, await LogInAsync(_server.Version2("alice", revoked)));
        Assert.NotNull((await LogInAsync(_server.Version2("alice", revoked.AddMilliseconds(1)))).User);
        _options.Lifetime += TimeSpan.FromMilliseconds(1);
        Assert.Equal(Authentication.TokenInvalid, await LogInAsync(_server.Version2("alice", revoked.AddMilliseconds(1))));
    }

    [Fact]
    public async Task New_keys_count_as_soon_as_they_are_there()
    {
        using var renewed = new LtpaServer();
        Assert.Equal(Authentication.TokenInvalid, await LogInAsync(renewed.Version2("alice", Later)));
        await File.WriteAllTextAsync(_options.KeyFile, renewed.Export() + "\n", Stop);

        Assert.NotNull((await LogInAsync(renewed.Version2("alice", Later))).User);
        Assert.Equal(Authentication.TokenInvalid, await LogInAsync(_server.Version2("alice", Later)));
    }

    [Fact]
    public async Task Of_a_key_file_comments_say_nothing_and_the_last_of_two_values_counts()
    {
        await File.WriteAllTextAsync(_options.KeyFile, _server.Export() + """

            #com.ibm.websphere.ltpa.3DESKey=bm9uZQ\=\=
            # = nothing
            com.ibm.websphere.ltpa.Realm = elsewhere\:636
            """, Stop);

        var keys = LtpaKeys.Read(_options.KeyFile, _options.PasswordFile);
        Assert.Equal("elsewhere:636", keys.Realm);
        Assert.Equal(_server.Secret, keys.Secret);
    }

    [Theory]
    [InlineData("3DESKey", null, "it has no 3DESKey")]
    [InlineData("PublicKey", null, "it has no PublicKey")]
    [InlineData("PublicKey", "AQAB", "a key has the wrong length")]
    [InlineData("PublicKey", "???", "does not hold LTPA keys")]
    public async Task A_key_file_without_its_keys_is_told(string field, string? value, string why)
    {
        var lines = _server.Export().Split('\n').Where(line => !line.Contains($".{field}=", StringComparison.Ordinal));
        await File.WriteAllLinesAsync(_options.KeyFile, value is null ? lines : [.. lines, $"com.ibm.websphere.ltpa.{field}={value}"], Stop);

        Assert.Contains(why, Assert.Throws<StoreCorruptException>(() => LtpaKeys.Read(_options.KeyFile, _options.PasswordFile)).Message, StringComparison.Ordinal);
        Assert.Throws<StoreUnavailableException>(() => LtpaKeys.Read(_options.KeyFile + ".not", _options.PasswordFile));
        Assert.Throws<StoreUnavailableException>(() => LtpaKeys.Read(_options.KeyFile, _options.PasswordFile + ".not"));
    }

    [Fact]
    public async Task A_wrong_password_of_the_key_file_is_told_without_the_password()
    {
        await File.WriteAllTextAsync(_options.PasswordFile, "not the one", Stop);

        var failure = Assert.Throws<StoreCorruptException>(() => LtpaKeys.Read(_options.KeyFile, _options.PasswordFile));
        Assert.Contains(_options.PasswordFile, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("not the one", failure.Message, StringComparison.Ordinal);
    }

    private Task<Authentication> LogInAsync(string token, string typed = "alice") => _it.LogInAsync(token, typed, provider: _provider);
}
