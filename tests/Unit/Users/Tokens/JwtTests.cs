using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.IdentityModel.Tokens;
using Sametime.Contracts.Crypto;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Users.Tokens;
using Sametime.Services.Users.Tokens.Jwt;
using Xunit;

namespace Sametime.Tests.Unit.Users.Tokens;

/// <summary>JSON web tokens of an identity provider, made here by hand so that the library checks what it did not make.</summary>
public sealed class JwtTests : IAsyncLifetime
{
    private readonly RSA _rsa = RSA.Create(2048);
    private readonly ECDsa _ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly JwtOptions _options = new() { Issuer = "https://id.example.com", UserClaim = "email" };
    private TokenScene _it = null!;
    private JwtTokenProvider _provider = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _it = await TokenScene.StartAsync();
        _options.KeyFiles = [_it.KeyFile + ".jwks"];
        await PublishAsync(Public(_rsa, "r1"), Public(_ec, "e1"));
        _provider = new JwtTokenProvider(
            _it.Directory,
            new WatchedFiles<IReadOnlyList<SecurityKey>>(_options.KeyFiles, () => JwtKeys.Read(_options.KeyFiles), TimeSpan.Zero, _it.Time, NullLogger.Instance),
            _it.Book, _options, _it.Options, _it.Time, NullLogger<JwtTokenProvider>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        _rsa.Dispose();
        _ec.Dispose();
        await _it.DisposeAsync();
    }

    [Fact]
    public void It_takes_tokens_and_no_passwords() => Assert.Equal((true, false), (_provider.Takes(CredentialKind.Token), _provider.Takes(CredentialKind.Password)));

    [Fact]
    public async Task S030_A_token_of_the_identity_provider_lets_the_user_in_whom_its_claim_names()
    {
        Assert.Equal("alice", (await LogInAsync(Rs256(Claims()))).User?.Id.Value);
        Assert.Equal("alice", (await LogInAsync(Rs256(Claims()), typed: "")).User?.Id.Value);
        Assert.Equal("alice", (await LogInAsync(Es256(Claims()))).User?.Id.Value);
        Assert.Equal(Authentication.TokenInvalid, await LogInAsync(Rs256(Claims()), typed: "bob"));
    }

    [Fact]
    public async Task S11_It_counts_in_its_time_with_a_minute_of_grace()
    {
        var token = Rs256(Claims(c => c["nbf"] = Seconds(10)));
        Assert.NotNull((await LogInAsync(token)).User); // of a clock that is ten seconds ahead
        Assert.NotNull((await LogInAsync(Rs256(Claims(c => c["nbf"] = Seconds(60))))).User);
        Assert.Equal(Authentication.TokenInvalid, await LogInAsync(Rs256(Claims(c => c["nbf"] = Seconds(61)))));

        _it.Time.Advance(TimeSpan.FromSeconds(300 + 59));
        Assert.NotNull((await LogInAsync(token)).User);
        _it.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Authentication.TokenExpired, await LogInAsync(token));
    }

    [Fact]
    public async Task Each_algorithm_on_the_list_is_good_and_a_token_that_names_no_key_is_not()
    {
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        await PublishAsync(Public(_rsa, "r1"), Public(ec, "e2", "P-384"));

        Assert.NotNull((await LogInAsync(Signed(
            """{"alg":"PS256","kid":"r1"}""", Claims(), text => _rsa.SignData(text, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)))).User);
        Assert.NotNull((await LogInAsync(Signed("""{"alg":"ES384","kid":"e2"}""", Claims(), text => ec.SignData(text, HashAlgorithmName.SHA384)))).User);
        Assert.Equal(Authentication.TokenInvalid, await LogInAsync(Signed("""{"alg":"RS256"}""", Claims(), RsaSignature)));
    }

    [Fact]
    public async Task While_the_directory_is_away_nobody_is_told_that_his_token_is_bad()
    {
        _it.Directory.IsBroken = true;
        Assert.Equal(Authentication.Unavailable, await LogInAsync(Rs256(Claims())));
        Assert.Equal(Authentication.TokenInvalid, await LogInAsync("eyJ"));
    }

    [Fact]
    public async Task A_token_of_a_clock_that_may_have_been_ahead_when_tokens_were_revoked_is_revoked()
    {
        await _it.Book.RevokeAsync(new UserId("alice"), "operator", Stop);

        Assert.Equal(Authentication.TokenInvalid, await LogInAsync(Rs256(Claims(c => c["iat"] = Seconds(60)))));
        Assert.NotNull((await LogInAsync(Rs256(Claims(c => c["iat"] = Seconds(61))))).User);
    }

    public static TheoryData<string, string?> WrongClaims => new()
    {
        { "iss", "https://id.example.org" }, { "iss", null }, { "aud", "another" }, { "aud", null }, { "exp", null }, { "email", null }, { "email", "mallory" },
    };

    [Theory]
    [MemberData(nameof(WrongClaims))]
    public async Task S11_Another_issuer_or_audience_no_end_and_no_user_are_no_token(string claim, string? value) =>
        Assert.Equal(Authentication.TokenInvalid, await LogInAsync(Rs256(Claims(c => c[claim] = value)), typed: ""));

    [Fact]
    public async Task S11_No_game_with_the_algorithm_leads_in()
    {
        var claims = Claims();
        var publicBytes = Encoding.ASCII.GetBytes(_rsa.ExportSubjectPublicKeyInfoPem());
        string[] games =
        [
            Unsigned("""{"alg":"none","typ":"JWT"}""", claims) + ".",
            Unsigned("""{"alg":"none","kid":"r1"}""", claims) + ".",
            Unsigned("""{"alg":"nOnE","kid":"r1"}""", claims) + ".",
            // The public key, which everybody has, taken for a shared secret.
            Signed("""{"alg":"HS256","kid":"r1"}""", claims, text => HMACSHA256.HashData(publicBytes, text)),
            Signed("""{"alg":"HS256","kid":"s1"}""", claims, text => HMACSHA256.HashData("a secret of thirty-two characters"u8, text)),
            // A good signature under a name that is not on the list, and the list's name over another signature.
            Signed("""{"alg":"RS384","kid":"r1"}""", claims, text => _rsa.SignData(text, HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1)),
            Signed("""{"alg":"ES256","kid":"r1"}""", claims, RsaSignature),
            Signed("""{"alg":"RS256","kid":"e1"}""", claims, RsaSignature),
            // Keys that the token brings along.
            Signed($$"""{"alg":"RS256","kid":"x","jwk":{{Public(_rsa, "x")}}}""", claims, RsaSignature),
            Rs256(claims).Split('.')[0] + "." + Rs256(claims).Split('.')[1] + ".",
        ];
        await PublishAsync(Public(_rsa, "r1"), Public(_ec, "e1"), """{"kty":"oct","kid":"s1","alg":"HS256","k":"YSBzZWNyZXQgb2YgdGhpcnR5LXR3byBjaGFyYWN0ZXJz"}""");

        foreach (var game in games)
            Assert.True(await LogInAsync(game) == Authentication.TokenInvalid, game);
        Assert.NotNull((await LogInAsync(Rs256(claims))).User);
    }

    [Fact]
    public async Task S11_No_character_of_a_token_can_be_altered()
    {
        var token = Rs256(Claims());
        for (var i = 0; i < token.Length; i++)
        {
            // The last bits of a part in base64 may mean nothing, so a character is altered in its highest.
            var altered = token[i] == '.' ? '_' : token[i] is >= 'A' and <= 'Z' ? 'z' : 'A';
            Assert.NotEqual(Authentication.TokenExpired, await LogInAsync($"{token[..i]}{altered}{token[(i + 1)..]}"));
            Assert.Null((await LogInAsync($"{token[..i]}{altered}{token[(i + 1)..]}")).User);
        }
    }

    [Fact]
    public async Task S11_A_key_that_the_provider_publishes_counts_and_one_it_withdraws_does_not()
    {
        using var renewed = RSA.Create(2048);
        var fresh = Signed("""{"alg":"RS256","kid":"r2"}""", Claims(), text => renewed.SignData(text, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        Assert.Equal(Authentication.TokenInvalid, await LogInAsync(fresh));

        await PublishAsync(Public(_rsa, "r1"), Public(renewed, "r2"));
        Assert.NotNull((await LogInAsync(fresh)).User);
        Assert.NotNull((await LogInAsync(Rs256(Claims()))).User);

        await PublishAsync(Public(renewed, "r2"));
        Assert.Equal(Authentication.TokenInvalid, await LogInAsync(Rs256(Claims())));
    }

    [Fact]
    public async Task Who_leaves_or_has_his_tokens_revoked_gets_in_with_newer_ones_only()
    {
        var before = Rs256(Claims());
        var undated = Rs256(Claims(c => c["iat"] = null));
        Assert.NotNull((await LogInAsync(undated)).User);
        await _it.Book.RevokeAsync(new UserId("alice"), "operator", Stop);
        _it.Time.Advance(TimeSpan.FromSeconds(61));

        Assert.Equal(Authentication.TokenInvalid, await LogInAsync(before));
        Assert.Equal(Authentication.TokenInvalid, await LogInAsync(undated));
        Assert.NotNull((await LogInAsync(Rs256(Claims()))).User);
        await _it.Directory.RemoveUserAsync(new UserId("alice"), Stop);
        Assert.Equal(Authentication.TokenInvalid, await LogInAsync(Rs256(Claims())));
    }

    [Theory]
    [InlineData("no json")]
    [InlineData("""{"keys":[]}""")]
    [InlineData("""{"keys":[{"kty":"oct","kid":"s1","k":"YSBzZWNyZXQgb2YgdGhpcnR5LXR3byBjaGFyYWN0ZXJz"}]}""")]
    public async Task A_file_without_public_keys_is_told(string text)
    {
        await File.WriteAllTextAsync(_options.KeyFiles[0], text, Stop);

        Assert.Contains(_options.KeyFiles[0], Assert.Throws<StoreCorruptException>(() => JwtKeys.Read(_options.KeyFiles)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_without_a_name_counts_for_nothing_and_a_file_that_is_not_there_is_away()
    {
        await PublishAsync(Public(_rsa, ""));
        Assert.Contains("no public key with a kid", Assert.Throws<StoreCorruptException>(() => JwtKeys.Read(_options.KeyFiles)).Message, StringComparison.Ordinal);

        await PublishAsync(Public(_rsa, ""), Public(_ec, "e1"));
        Assert.Equal("e1", Assert.Single(JwtKeys.Read(_options.KeyFiles)).KeyId);
        Assert.Throws<StoreUnavailableException>(() => JwtKeys.Read([_options.KeyFiles[0], _options.KeyFiles[0] + ".not"]));
    }

    private Task<Authentication> LogInAsync(string token, string typed = "alice") => _it.LogInAsync(token, typed, provider: _provider);

    private long Seconds(int fromNow) => _it.Time.GetUtcNow().ToUnixTimeSeconds() + fromNow;

    private string Claims(Action<JsonObject>? change = null)
    {
        var claims = new JsonObject
        {
            ["iss"] = "https://id.example.com", ["aud"] = "sametime", ["email"] = "alice@example.com", ["iat"] = Seconds(0), ["exp"] = Seconds(300),
        };
        change?.Invoke(claims);
        foreach (var missing in claims.Where(static claim => claim.Value is null).Select(static claim => claim.Key).ToArray())
            claims.Remove(missing);
        return claims.ToJsonString();
    }

    private string Rs256(string claims) => Signed("""{"alg":"RS256","kid":"r1","typ":"JWT"}""", claims, RsaSignature);

    private string Es256(string claims) => Signed("""{"alg":"ES256","kid":"e1"}""", claims, text => _ec.SignData(text, HashAlgorithmName.SHA256));

    private byte[] RsaSignature(byte[] text) => _rsa.SignData(text, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    private static string Unsigned(string header, string claims) => $"{Text(Encoding.UTF8.GetBytes(header))}.{Text(Encoding.UTF8.GetBytes(claims))}";

    private static string Signed(string header, string claims, Func<byte[], byte[]> sign) =>
        $"{Unsigned(header, claims)}.{Text(sign(Encoding.ASCII.GetBytes(Unsigned(header, claims))))}";

    private static string Text(byte[] bytes) => Base64Url.EncodeToString(bytes);

    private static string Public(RSA key, string id)
    {
        var numbers = key.ExportParameters(includePrivateParameters: false);
        return $$"""{"kty":"RSA","use":"sig","kid":"{{id}}","n":"{{Text(numbers.Modulus!)}}","e":"{{Text(numbers.Exponent!)}}"}""";
    }

    private static string Public(ECDsa key, string id, string curve = "P-256")
    {
        var numbers = key.ExportParameters(includePrivateParameters: false);
        return $$"""{"kty":"EC","use":"sig","kid":"{{id}}","crv":"{{curve}}","x":"{{Text(numbers.Q.X!)}}","y":"{{Text(numbers.Q.Y!)}}"}""";
    }

    private Task PublishAsync(params string[] keys) =>
        File.WriteAllTextAsync(_options.KeyFiles[0], $$"""{"keys":[{{string.Join(',', keys)}}]}""", Stop);
}
