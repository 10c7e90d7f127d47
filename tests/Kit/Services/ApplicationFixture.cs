using Microsoft.Extensions.Logging;
using Sametime.Contracts.ServerApplications;
using Sametime.Tests.Kit.Loop;

namespace Sametime.Tests.Kit.Services;

/// <summary>A server application on a manual loop, connected to a <see cref="FakeHub"/>, and what it logged.</summary>
public sealed class ApplicationFixture
{
    public ApplicationFixture(ServerApplicationOptions? options = null, params IService[] services)
    {
        Hub = new FakeHub(Loop);
        Application = new ServerApplication(Loop, Hub, options ?? new ServerApplicationOptions(), Log);
        foreach (var service in services)
            Application.Host(service);
        Application.Start();
        Hub.Connect();
    }

    public ManualLoop Loop { get; } = new();

    public FakeHub Hub { get; }

    public LogLines Log { get; } = new();

    public ServerApplication Application { get; }

    public static ApplicationFixture Of(params IService[] services) => new(null, services);
}
