namespace Sametime.Services.Users.Passwords;

/// <summary>Cost of password hashes, and bounds of checking them. Bound from the section <c>Passwords</c>.</summary>
internal sealed class PasswordOptions
{
    /// <summary>Argon2id memory in KiB. Default 19 MiB. Raising a cost re-hashes each password at its next login.</summary>
    public int MemoryKiB { get; set; } = 19 * 1024;

    /// <summary>Argon2id passes. Default 2.</summary>
    public int Passes { get; set; } = 2;

    /// <summary>Argon2id lanes. Default 1: a login then never takes more than one core.</summary>
    public int Lanes { get; set; } = 1;

    /// <summary>How long a verified password is remembered, as a keyed digest in memory only. Default 15 min.</summary>
    public TimeSpan VerifierLifetime { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Passwords remembered. Default 50,000: about 8 MiB.</summary>
    public int VerifiersMax { get; set; } = 50_000;

    /// <summary>Hashes computed at once. Default: all cores but one, so that messages flow while everybody logs in.</summary>
    public int HashesRunningMax { get; set; } = Math.Max(1, Environment.ProcessorCount - 1);

    /// <summary>Checks that may wait for a hash. Default 200; the next one is told to come back.</summary>
    public int HashesWaitingMax { get; set; } = 200;

    /// <summary>How long a check waits for its turn. Default 20 s.</summary>
    public TimeSpan HashWaitMax { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Wrong passwords for one account from one address in <see cref="ShortWindow"/>. Default 10.</summary>
    public int FailuresPerAccountAndAddress { get; set; } = 10;

    /// <summary>Wrong passwords from one address in <see cref="ShortWindow"/>. Default 30.</summary>
    public int FailuresPerAddress { get; set; } = 30;

    /// <summary>Wrong passwords for one account in <see cref="LongWindow"/>, from strange addresses. Default 100.</summary>
    public int FailuresPerAccount { get; set; } = 100;

    /// <summary>
    /// Attempts of one address that are checked at once; the others wait their turn. Below the failures allowed, as an attempt counts as one
    /// until it is known to be right. Default 8.
    /// </summary>
    public int ChecksAtOncePerAddress { get; set; } = 8;

    /// <summary>Default 10 min.</summary>
    public TimeSpan ShortWindow { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Default 1 h.</summary>
    public TimeSpan LongWindow { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// How long an address is known for an account after a good password. From a known address the count of the whole account does not
    /// matter, so strangers can never lock somebody out. Default 30 days.
    /// </summary>
    public TimeSpan KnownAddressWindow { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Accounts and addresses counted at once; the oldest count gives way. Default 100,000: about 20 MiB.</summary>
    public int CountsMax { get; set; } = 100_000;

    /// <summary>How long a throttled login waits for its answer. Default 2 s.</summary>
    public TimeSpan ThrottledDelay { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long a login is held while a directory that may have its name does not answer; then the client is told to come back. Default 16 s,
    /// below the time after which <c>Users:CheckTimeout</c> gives up.
    /// </summary>
    public TimeSpan AwayHold { get; set; } = TimeSpan.FromSeconds(16);

    /// <summary>How long a held login waits before the directory is asked again. Default 500 ms.</summary>
    public TimeSpan AwayRetryDelay { get; set; } = TimeSpan.FromMilliseconds(500);
}
