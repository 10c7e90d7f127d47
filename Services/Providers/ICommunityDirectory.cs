using Sametime.Contracts.Providers;

namespace Sametime.Services.Providers;

/// <summary>A directory of ours: users, groups and password hashes that this program itself keeps and can change.</summary>
internal interface ICommunityDirectory
    : IUserDirectory, IGroupProvider, IResolveProvider, IBrowseProvider, IPasswordStore, IDirectoryAdministration, IAsyncDisposable;
