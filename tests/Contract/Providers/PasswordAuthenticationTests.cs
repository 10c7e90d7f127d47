using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Contracts.Providers;
using Sametime.ProviderSuite;
using Sametime.Services.Users.Passwords;
using Sametime.Tests.Kit.Hub;
using Sametime.Tests.Kit.Providers;

namespace Sametime.Tests.Contract.Providers;

/// <summary>The check of passwords that comes with the server, on any directory with hashes.</summary>
public sealed class PasswordAuthenticationTests : AuthenticationContract
{
    private static readonly TimeProvider Time = TimeProvider.System;

    private readonly PasswordOptions _options = new() { MemoryKiB = 64, Passes = 1, ThrottledDelay = TimeSpan.FromMilliseconds(1), AwayHold = TimeSpan.Zero };
    private readonly InMemoryDirectory _directory = new();
    private readonly HashGate _gate;

    public PasswordAuthenticationTests() => _gate = new HashGate(_options, Time);

    public override ValueTask DisposeAsync()
    {
        _gate.Dispose();
        return ValueTask.CompletedTask;
    }

    protected override async Task<IAuthenticationProvider> OpenAsync()
    {
        var hasher = new PasswordHasher(_options);
        await _directory.AddUserAsync(Alice, hasher.Hash(Encoding.UTF8.GetBytes(Password)), CancellationToken.None);
        return new PasswordAuthenticationProvider(
            [new HashedPasswords(_directory, _directory, hasher, _gate, new VerifierCache(_options, Time), NullLogger<HashedPasswords>.Instance)],
            new PasswordThrottle(_options, Time), new AddressTurns(_options), new RecordedEvents(), _options, Time, NullLogger<PasswordAuthenticationProvider>.Instance);
    }

    protected override async Task<IAuthenticationProvider> OpenBrokenAsync()
    {
        var provider = await OpenAsync();
        _directory.IsBroken = true;
        return provider;
    }
}
