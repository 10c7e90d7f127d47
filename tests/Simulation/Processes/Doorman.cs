using System.Net;
using Sametime.Contracts.Crypto;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;

namespace Sametime.Tests.Simulation.Processes;

/// <summary>Lets everybody in under the name he types: passwords are not what is simulated.</summary>
internal sealed class Doorman : IAuthenticationProvider
{
    public bool Takes(CredentialKind kind) => kind == CredentialKind.Password;

    public ValueTask<Authentication> VerifyAsync(string loginName, Credential credential, IPAddress? clientAddress, CancellationToken stop) =>
        ValueTask.FromResult(Authentication.Verified(new UserRecord(new UserId(loginName), $"{loginName} Example", [])));
}
