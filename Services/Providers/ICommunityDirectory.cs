using Sametime.Contracts.Providers;

namespace Sametime.Services.Providers;

/// <summary>A directory as services ask it, wherever it is kept.</summary>
internal interface IReadableDirectory : IUserDirectory, IGroupProvider, IResolveProvider, IBrowseProvider;

/// <summary>A directory of ours: users, groups and password hashes that this program itself keeps and can change.</summary>
internal interface ICommunityDirectory : IReadableDirectory, IPasswordStore, IDirectoryAdministration, IAsyncDisposable;
