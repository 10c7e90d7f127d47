namespace Sametime.Services.Users.Tokens.Jwt;

/// <summary>JSON web tokens of an identity provider. Bound from the section <c>Jwt</c>.</summary>
internal sealed class JwtOptions
{
    /// <summary>Who issues them, as their <c>iss</c> says. None: no such token is taken.</summary>
    public string Issuer { get; set; } = "";

    /// <summary>Whom they must be for, as their <c>aud</c> says.</summary>
    public string Audience { get; set; } = "sametime";

    /// <summary>Files with the issuer's public keys (JWKS); read anew when they change.</summary>
    public IReadOnlyList<string> KeyFiles { get; set; } = [];

    /// <summary>The claim with a user ID or login name of the directory.</summary>
    public string UserClaim { get; set; } = "sub";
}
