using Sametime.Contracts.ServerApplications;

namespace Sametime.Tests.Unit.ServerApplications;

/// <summary>A service whose whole table a test writes down where it needs it.</summary>
internal sealed class TableService(Action<ServiceTable> describe) : IService
{
    public void Describe(ServiceTable table) => describe(table);
}
