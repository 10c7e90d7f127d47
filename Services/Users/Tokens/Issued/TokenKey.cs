namespace Sametime.Services.Users.Tokens.Issued;

/// <summary>A key that signs tokens.</summary>
/// <param name="Id">Stands in each token that it signed; drawn at random, so that keys made in two places differ.</param>
/// <param name="Made">When; to the second.</param>
/// <param name="Secret">256 random bits.</param>
internal sealed record TokenKey(uint Id, DateTimeOffset Made, byte[] Secret)
{
    public const int SecretBytes = 32;
}
